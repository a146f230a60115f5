-- phpBB 4.0: bans have a table of another form.

-- name: get_session
-- A session with its user and, where one is in force, the ban of that user: an exception before a ban.
-- session_id (str): 32 lower-case hexadecimal characters.
-- now: the Unix time of the request, filled in.
SELECT s.session_id, s.session_user_id, s.session_forum_id, s.session_last_visit, s.session_start,
       s.session_time, s.session_ip, s.session_browser, s.session_forwarded_for, s.session_page,
       s.session_viewonline, s.session_autologin, s.session_admin,
       {USER_COLUMNS},
       CASE WHEN b.ban_id IS NULL THEN 0 ELSE u.user_id END AS ban_userid, '' AS ban_email,
       0 AS ban_exclude, b.ban_end, b.ban_reason_display AS ban_give_reason,
       (SELECT COUNT(*) FROM {TABLE_PREFIX}acl_options) AS acl_options_count,
       (SELECT MAX(auth_option_id) FROM {TABLE_PREFIX}acl_options) AS acl_options_newest
  FROM {TABLE_PREFIX}sessions s
  JOIN {TABLE_PREFIX}users u ON u.user_id = s.session_user_id
  LEFT JOIN {TABLE_PREFIX}bans b
       ON b.ban_mode = 'user' AND b.ban_item = CAST(u.user_id AS CHAR(10))
      AND (b.ban_end = 0 OR b.ban_end > %(now)s)
 WHERE s.session_id = %(session_id)s
 ORDER BY b.ban_id DESC
 LIMIT 1

-- name: get_autologin
-- The user whom a remember-me key names, with the key's last use, and a ban as in get_session.
-- key (str): the key as stored, the MD5 of the cookie's value in hex.
-- now: the Unix time of the request, filled in.
SELECT k.last_ip, k.last_login,
       {USER_COLUMNS},
       CASE WHEN b.ban_id IS NULL THEN 0 ELSE u.user_id END AS ban_userid, '' AS ban_email,
       0 AS ban_exclude, b.ban_end, b.ban_reason_display AS ban_give_reason,
       (SELECT COUNT(*) FROM {TABLE_PREFIX}acl_options) AS acl_options_count,
       (SELECT MAX(auth_option_id) FROM {TABLE_PREFIX}acl_options) AS acl_options_newest
  FROM {TABLE_PREFIX}sessions_keys k
  JOIN {TABLE_PREFIX}users u ON u.user_id = k.user_id
  LEFT JOIN {TABLE_PREFIX}bans b
       ON b.ban_mode = 'user' AND b.ban_item = CAST(u.user_id AS CHAR(10))
      AND (b.ban_end = 0 OR b.ban_end > %(now)s)
 WHERE k.key_id = %(key)s
 ORDER BY b.ban_id DESC

-- name: _get_user_ban
-- The ban of one user as in get_session, for visitors who come by no session.
SELECT %(user_id)s AS ban_userid, '' AS ban_email, 0 AS ban_exclude, b.ban_end,
       b.ban_reason_display AS ban_give_reason
  FROM {TABLE_PREFIX}bans b
 WHERE b.ban_mode = 'user' AND b.ban_item = CAST(%(user_id)s AS CHAR(10))
   AND (b.ban_end = 0 OR b.ban_end > %(now)s)
 ORDER BY b.ban_id DESC
 LIMIT 1

-- name: _fetch_bans
-- Bans by address or network and of the guest, with the columns of older lines. There are no exceptions. An upgrade
-- from 3.3 names its release minutes before it has filled the table: ban_unfinished is 0 when it has.
SELECT CASE WHEN b.ban_mode = 'user' THEN 1 ELSE 0 END AS ban_userid,
       CASE WHEN b.ban_mode = 'ip' THEN b.ban_item ELSE '' END AS ban_ip,
       '' AS ban_email, 0 AS ban_exclude, b.ban_end, b.ban_reason_display AS ban_give_reason,
       s.ban_unfinished
  FROM (SELECT COUNT(*) AS ban_unfinished
          FROM {TABLE_PREFIX}migrations m
         WHERE m.migration_name LIKE '%%ban_table_p1'
           AND (m.migration_schema_done = 0 OR m.migration_data_done = 0)) s
  LEFT JOIN {TABLE_PREFIX}bans b ON b.ban_mode = 'ip' OR (b.ban_mode = 'user' AND b.ban_item = '1')
 WHERE b.ban_id IS NOT NULL OR s.ban_unfinished > 0
 ORDER BY b.ban_id
