-- phpBB 3.1: users lost their contact columns, posts got a visibility, and there are notifications.

-- name: get_session
-- A session with its user and, where one is in force, the ban of that user: an exception before a ban.
-- session_id (str): 32 lower-case hexadecimal characters.
-- now: the Unix time of the request, filled in.
SELECT s.session_id, s.session_user_id, s.session_forum_id, s.session_last_visit, s.session_start,
       s.session_time, s.session_ip, s.session_browser, s.session_forwarded_for, s.session_page,
       s.session_viewonline, s.session_autologin, s.session_admin,
       u.user_id, u.user_type, u.group_id, u.user_permissions, u.user_perm_from, u.user_ip,
       u.user_regdate, u.username, u.username_clean, u.user_passchg, u.user_email, u.user_birthday,
       u.user_lastvisit, u.user_lastmark, u.user_lastpost_time, u.user_lastpage, u.user_last_search,
       u.user_warnings, u.user_last_warning, u.user_login_attempts, u.user_inactive_reason,
       u.user_inactive_time, u.user_posts, u.user_lang, u.user_timezone, u.user_dateformat,
       u.user_style, u.user_rank, u.user_colour, u.user_new_privmsg, u.user_unread_privmsg,
       u.user_last_privmsg, u.user_message_rules, u.user_full_folder, u.user_emailtime,
       u.user_topic_show_days, u.user_topic_sortby_type, u.user_topic_sortby_dir, u.user_post_show_days,
       u.user_post_sortby_type, u.user_post_sortby_dir, u.user_notify, u.user_notify_pm,
       u.user_notify_type, u.user_allow_pm, u.user_allow_viewonline, u.user_allow_viewemail,
       u.user_allow_massemail, u.user_options, u.user_avatar, u.user_avatar_type, u.user_avatar_width,
       u.user_avatar_height, u.user_sig, u.user_sig_bbcode_uid, u.user_sig_bbcode_bitfield,
       u.user_jabber, u.user_new, u.user_reminded, u.user_reminded_time,
       b.ban_userid, b.ban_email, b.ban_exclude, b.ban_end, b.ban_give_reason
  FROM {TABLE_PREFIX}sessions s
  JOIN {TABLE_PREFIX}users u ON u.user_id = s.session_user_id
  LEFT JOIN {TABLE_PREFIX}banlist b
       ON b.ban_userid = u.user_id AND b.ban_email = ''
      AND (b.ban_end = 0 OR b.ban_end >= %(now)s)
 WHERE s.session_id = %(session_id)s
 ORDER BY b.ban_exclude DESC, b.ban_id DESC
 LIMIT 1

-- name: get_autologin
-- The user whom a remember-me key names, with the key's last use, and a ban as in get_session.
-- key (str): the key as stored, the MD5 of the cookie's value in hex.
-- now: the Unix time of the request, filled in.
SELECT k.last_ip, k.last_login,
       u.user_id, u.user_type, u.group_id, u.user_permissions, u.user_perm_from, u.user_ip,
       u.user_regdate, u.username, u.username_clean, u.user_passchg, u.user_email, u.user_birthday,
       u.user_lastvisit, u.user_lastmark, u.user_lastpost_time, u.user_lastpage, u.user_last_search,
       u.user_warnings, u.user_last_warning, u.user_login_attempts, u.user_inactive_reason,
       u.user_inactive_time, u.user_posts, u.user_lang, u.user_timezone, u.user_dateformat,
       u.user_style, u.user_rank, u.user_colour, u.user_new_privmsg, u.user_unread_privmsg,
       u.user_last_privmsg, u.user_message_rules, u.user_full_folder, u.user_emailtime,
       u.user_topic_show_days, u.user_topic_sortby_type, u.user_topic_sortby_dir, u.user_post_show_days,
       u.user_post_sortby_type, u.user_post_sortby_dir, u.user_notify, u.user_notify_pm,
       u.user_notify_type, u.user_allow_pm, u.user_allow_viewonline, u.user_allow_viewemail,
       u.user_allow_massemail, u.user_options, u.user_avatar, u.user_avatar_type, u.user_avatar_width,
       u.user_avatar_height, u.user_sig, u.user_sig_bbcode_uid, u.user_sig_bbcode_bitfield,
       u.user_jabber, u.user_new, u.user_reminded, u.user_reminded_time,
       b.ban_userid, b.ban_email, b.ban_exclude, b.ban_end, b.ban_give_reason
  FROM {TABLE_PREFIX}sessions_keys k
  JOIN {TABLE_PREFIX}users u ON u.user_id = k.user_id
  LEFT JOIN {TABLE_PREFIX}banlist b
       ON b.ban_userid = u.user_id AND b.ban_email = ''
      AND (b.ban_end = 0 OR b.ban_end >= %(now)s)
 WHERE k.key_id = %(key)s
 ORDER BY b.ban_exclude DESC, b.ban_id DESC

-- name: get_user
-- A user without secrets.
-- user_id (int): phpBB user id.
SELECT u.user_id, u.user_type, u.group_id, u.user_permissions, u.user_perm_from, u.user_ip,
       u.user_regdate, u.username, u.username_clean, u.user_passchg, u.user_email, u.user_birthday,
       u.user_lastvisit, u.user_lastmark, u.user_lastpost_time, u.user_lastpage, u.user_last_search,
       u.user_warnings, u.user_last_warning, u.user_login_attempts, u.user_inactive_reason,
       u.user_inactive_time, u.user_posts, u.user_lang, u.user_timezone, u.user_dateformat,
       u.user_style, u.user_rank, u.user_colour, u.user_new_privmsg, u.user_unread_privmsg,
       u.user_last_privmsg, u.user_message_rules, u.user_full_folder, u.user_emailtime,
       u.user_topic_show_days, u.user_topic_sortby_type, u.user_topic_sortby_dir, u.user_post_show_days,
       u.user_post_sortby_type, u.user_post_sortby_dir, u.user_notify, u.user_notify_pm,
       u.user_notify_type, u.user_allow_pm, u.user_allow_viewonline, u.user_allow_viewemail,
       u.user_allow_massemail, u.user_options, u.user_avatar, u.user_avatar_type, u.user_avatar_width,
       u.user_avatar_height, u.user_sig, u.user_sig_bbcode_uid, u.user_sig_bbcode_bitfield,
       u.user_jabber, u.user_new, u.user_reminded, u.user_reminded_time
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s

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
