-- Notifications, which phpBB has had since 3.1.

-- name: _fetch_notifications
-- A user's notifications of enabled types, the newest first.
-- user_id (int): phpBB user id.
-- only_unread (int): 1 for unread ones, 0 for all.
SELECT n.notification_id, nt.notification_type_name, n.item_id, n.item_parent_id, n.notification_read,
       n.notification_time, n.notification_data
  FROM {TABLE_PREFIX}notifications n
  JOIN {TABLE_PREFIX}notification_types nt ON nt.notification_type_id = n.notification_type_id
 WHERE n.user_id = %(user_id)s AND nt.notification_type_enabled = 1
   AND (%(only_unread)s = 0 OR n.notification_read = 0)
 ORDER BY n.notification_time DESC, n.notification_id DESC
