-- phpBB 3.1: posts got a visibility, and there are notifications.

-- name: get_unread_notifications_count
-- The number of a user's unread notifications; those of disabled types do not count.
-- user_id (int): phpBB user id.
SELECT COUNT(*) AS num
  FROM {TABLE_PREFIX}notifications n
  JOIN {TABLE_PREFIX}notification_types nt ON nt.notification_type_id = n.notification_type_id
 WHERE n.user_id = %(user_id)s AND n.notification_read = 0 AND nt.notification_type_enabled = 1

-- name: fetch_latest_posts
-- Approved posts in forums that the viewer may read, the newest first; none of password-protected forums.
-- readable_forums: forum ids, filled in.
SELECT p.post_id, p.topic_id, p.forum_id, p.poster_id, p.post_time, p.post_subject, p.post_text, p.bbcode_uid,
       p.bbcode_bitfield, p.enable_bbcode, p.enable_smilies, p.enable_magic_url, p.post_username,
       u.username, u.user_colour, t.topic_title, f.forum_name
  FROM {TABLE_PREFIX}posts p
  JOIN {TABLE_PREFIX}topics t ON t.topic_id = p.topic_id
  JOIN {TABLE_PREFIX}forums f ON f.forum_id = p.forum_id
  LEFT JOIN {TABLE_PREFIX}users u ON u.user_id = p.poster_id
 WHERE p.forum_id IN %(readable_forums)s AND f.forum_password = ''
   AND p.post_visibility = 1 AND t.topic_visibility = 1
 ORDER BY p.post_time DESC, p.post_id DESC

-- name: _fetch_styles
-- The styles, with the BBCodes to which each brings markup of its own.
SELECT s.style_id, s.bbcode_bitfield
  FROM {TABLE_PREFIX}styles s
 ORDER BY s.style_id
