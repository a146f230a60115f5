-- What our forum answers otherwise than phpBB, and what only our forum can answer.

-- name: get_unread_notifications_count
-- The number of a user's unread notifications; none during the user's holiday.
-- user_id (int): phpBB user id.
-- now: the Unix time of the request, filled in.
SELECT COUNT(*) AS num
  FROM {TABLE_PREFIX}notifications n
  JOIN {TABLE_PREFIX}notification_types nt ON nt.notification_type_id = n.notification_type_id
  JOIN {TABLE_PREFIX}users u ON u.user_id = n.user_id
 WHERE n.user_id = %(user_id)s AND n.notification_read = 0 AND nt.notification_type_enabled = 1
   AND u.user_holiday_until < %(now)s

-- name: has_paid_dues
-- Whether a member has paid for a year.
-- user_id (int): phpBB user id.
-- year (int): such as 2026.
SELECT 1
  FROM {TABLE_PREFIX}club_dues d
 WHERE d.user_id = %(user_id)s AND d.dues_year = %(year)s AND d.dues_paid = 1

-- name: fetch_unpaid_dues
-- The members who have not paid for a year, by their number.
-- year (int): such as 2026.
SELECT u.user_id, u.username, u.user_member_no, d.dues_remark
  FROM {TABLE_PREFIX}users u
  LEFT JOIN {TABLE_PREFIX}club_dues d ON d.user_id = u.user_id AND d.dues_year = %(year)s
 WHERE u.user_member_no <> '' AND (d.dues_paid IS NULL OR d.dues_paid = 0)
 ORDER BY u.user_member_no
