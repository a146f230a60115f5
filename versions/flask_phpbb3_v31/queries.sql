-- phpBB 3.1: posts got a visibility, and there are notifications.

-- name: get_unread_notifications_count
-- The number of a user's unread notifications; those of disabled types do not count.
-- user_id (int): phpBB user id.
SELECT COUNT(*) AS num
  FROM {TABLE_PREFIX}notifications n
  JOIN {TABLE_PREFIX}notification_types nt ON nt.notification_type_id = n.notification_type_id
 WHERE n.user_id = %(user_id)s AND n.notification_read = 0 AND nt.notification_type_enabled = 1

-- name: _fetch_styles
-- The styles, with the BBCodes to which each brings markup of its own.
SELECT s.style_id, s.bbcode_bitfield
  FROM {TABLE_PREFIX}styles s
 ORDER BY s.style_id
