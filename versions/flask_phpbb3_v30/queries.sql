-- Statements of phpBB 3.0; later lines name only what differs.

-- name: get_session
-- A session with its user and, where one is in force, the ban of that user: an exception before a ban.
-- session_id (str): 32 lower-case hexadecimal characters.
-- now: the Unix time of the request, filled in.
SELECT s.session_id, s.session_user_id, s.session_forum_id, s.session_last_visit, s.session_start,
       s.session_time, s.session_ip, s.session_browser, s.session_forwarded_for, s.session_page,
       s.session_viewonline, s.session_autologin, s.session_admin,
       {USER_COLUMNS},
       b.ban_userid, b.ban_email, b.ban_exclude, b.ban_end, b.ban_give_reason,
       (SELECT COUNT(*) FROM {TABLE_PREFIX}acl_options) AS acl_options_count,
       (SELECT MAX(auth_option_id) FROM {TABLE_PREFIX}acl_options) AS acl_options_newest
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
       {USER_COLUMNS},
       b.ban_userid, b.ban_email, b.ban_exclude, b.ban_end, b.ban_give_reason,
       (SELECT COUNT(*) FROM {TABLE_PREFIX}acl_options) AS acl_options_count,
       (SELECT MAX(auth_option_id) FROM {TABLE_PREFIX}acl_options) AS acl_options_newest
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
SELECT {USER_COLUMNS}
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s

-- name: _get_user_ban
-- The ban of one user as in get_session, for visitors who come by no session.
SELECT b.ban_userid, b.ban_email, b.ban_exclude, b.ban_end, b.ban_give_reason
  FROM {TABLE_PREFIX}banlist b
 WHERE b.ban_userid = %(user_id)s AND b.ban_email = ''
   AND (b.ban_end = 0 OR b.ban_end >= %(now)s)
 ORDER BY b.ban_exclude DESC, b.ban_id DESC
 LIMIT 1

-- name: _fetch_bans
-- Bans by address and of the guest, and exceptions from them.
SELECT b.ban_userid, b.ban_ip, b.ban_email, b.ban_exclude, b.ban_end, b.ban_give_reason
  FROM {TABLE_PREFIX}banlist b
 WHERE b.ban_ip <> '' OR b.ban_userid = 1
 ORDER BY b.ban_id

-- name: get_user_profile
-- The custom profile fields of a user; most users have no row.
-- user_id (int): phpBB user id.
SELECT d.*
  FROM {TABLE_PREFIX}profile_fields_data d
 WHERE d.user_id = %(user_id)s

-- name: has_membership
-- Whether a user belongs to a group; pending members do not.
-- user_id (int): phpBB user id.
-- group_id (int): phpBB group id.
SELECT 1
  FROM {TABLE_PREFIX}user_group m
 WHERE m.user_id = %(user_id)s AND m.group_id = %(group_id)s AND m.user_pending = 0

-- name: has_membership_resolve
-- Whether a user belongs to a group of a name; pending members do not.
-- user_id (int): phpBB user id.
-- group_name (name): the group's name, or phpBB's constant of a special group.
SELECT 1
  FROM {TABLE_PREFIX}user_group m
  JOIN {TABLE_PREFIX}groups g ON g.group_id = m.group_id
 WHERE m.user_id = %(user_id)s AND m.user_pending = 0 AND g.group_name IN %(group_name)s

-- name: _fetch_memberships
-- The groups of a user; pending memberships do not count.
-- user_id (int): phpBB user id.
SELECT g.group_id, g.group_name, g.group_type, m.group_leader
  FROM {TABLE_PREFIX}user_group m
  JOIN {TABLE_PREFIX}groups g ON g.group_id = m.group_id
 WHERE m.user_id = %(user_id)s AND m.user_pending = 0
 ORDER BY g.group_id

-- name: fetch_acl_options
-- All permission options, in the order of the bits of a permission string.
SELECT o.auth_option_id, o.auth_option, o.is_global, o.is_local, o.founder_only
  FROM {TABLE_PREFIX}acl_options o
 ORDER BY o.auth_option_id

-- name: _fetch_permissions
-- A user's own permission rows (group 0) and those of the groups that count: a membership must not be
-- pending, and leaders of a group with group_skip_auth get nothing from it. phpBB sorts none of them.
-- user_id (int): phpBB user id.
SELECT 0 AS group_id, a.forum_id, a.auth_option_id, a.auth_role_id, a.auth_setting
  FROM {TABLE_PREFIX}acl_users a
 WHERE a.user_id = %(user_id)s
 UNION ALL
SELECT a.group_id, a.forum_id, a.auth_option_id, a.auth_role_id, a.auth_setting
  FROM {TABLE_PREFIX}acl_groups a
  JOIN {TABLE_PREFIX}user_group m ON m.group_id = a.group_id
  JOIN {TABLE_PREFIX}groups g ON g.group_id = m.group_id
 WHERE m.user_id = %(user_id)s AND m.user_pending = 0
   AND NOT (m.group_leader = 1 AND g.group_skip_auth = 1)

-- name: _fetch_role_data
-- What some roles say.
-- role_ids (list): role ids.
SELECT r.role_id, r.auth_option_id, r.auth_setting
  FROM {TABLE_PREFIX}acl_roles_data r
 WHERE r.role_id IN %(role_ids)s

-- name: get_unread_notifications_count
-- phpBB 3.0 has no notifications.
-- user_id (int): phpBB user id.
SELECT 0 AS num
 WHERE %(user_id)s IS NOT NULL

-- name: _get_form_salt
-- The secret that link hashes and form tokens of a user are made with.
SELECT u.user_form_salt
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s

-- name: _fetch_config
-- All settings of the board.
SELECT c.config_name, c.config_value
  FROM {TABLE_PREFIX}config c

-- name: _fetch_bots
-- The active bots with the users they are signed in as.
SELECT b.bot_id, b.bot_name, b.user_id, b.bot_agent, b.bot_ip
  FROM {TABLE_PREFIX}bots b
 WHERE b.bot_active = 1
 ORDER BY b.bot_id

-- name: _get_profile_field
-- What a custom profile field may hold.
SELECT f.field_id, f.field_ident, f.field_type, f.field_length, f.field_minlen, f.field_maxlen,
       f.field_novalue, f.field_validation
  FROM {TABLE_PREFIX}profile_fields f
 WHERE f.field_ident = %(field_ident)s

-- name: _fetch_profile_field_options
-- The options of a custom profile field, in any language.
SELECT DISTINCT l.option_id
  FROM {TABLE_PREFIX}profile_fields_lang l
 WHERE l.field_id = %(field_id)s

-- name: _set_profile_field
-- Set one custom profile field of a user; the user's row is made where there is none.
-- user_id (int): phpBB user id.
-- value: what the field's type takes; None clears it.
INSERT INTO {TABLE_PREFIX}profile_fields_data (user_id, {FIELD})
SELECT u.user_id, %(value)s
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s
    ON CONFLICT (user_id) DO UPDATE SET {FIELD} = excluded.{FIELD}

-- name: _get_user_by_name
-- A user's permissions by name, for the command line.
-- username (name): as it is shown.
-- username_clean (name): in lower case; phpBB folds more than that, so the shown form finds the rest.
SELECT u.user_id, u.username, u.user_type, u.user_permissions, u.user_perm_from
  FROM {TABLE_PREFIX}users u
 WHERE u.username IN %(username)s OR u.username_clean IN %(username_clean)s
 ORDER BY u.user_id

-- name: _fetch_roles
-- The names of some roles.
-- role_ids (list): role ids.
SELECT r.role_id, r.role_name
  FROM {TABLE_PREFIX}acl_roles r
 WHERE r.role_id IN %(role_ids)s

-- name: _fetch_forum_names
-- All forums by name, in the order of the index.
SELECT f.forum_id, f.forum_name
  FROM {TABLE_PREFIX}forums f
 ORDER BY f.left_id, f.forum_id

-- name: _fetch_group_names
-- All groups by id.
SELECT g.group_id, g.group_name
  FROM {TABLE_PREFIX}groups g
 ORDER BY g.group_id

-- name: _fetch_bbcodes
-- The BBCodes that the board's owner made, in the order in which phpBB takes them.
SELECT b.bbcode_id, b.bbcode_tag, b.bbcode_match, b.bbcode_tpl, b.second_pass_match, b.second_pass_replace
  FROM {TABLE_PREFIX}bbcodes b
 ORDER BY b.bbcode_id

-- name: _fetch_smilies
-- All smilies; of two with one code the last one counts.
SELECT s.code, s.emotion, s.smiley_url, s.smiley_width, s.smiley_height
  FROM {TABLE_PREFIX}smilies s
 ORDER BY s.display_on_posting DESC, s.smiley_order

-- name: _fetch_words
-- Censored words with what stands in their place; of two that fit the first one counts.
SELECT w.word_id, w.word, w.replacement
  FROM {TABLE_PREFIX}words w
 ORDER BY w.replacement, w.word_id

-- name: _fetch_styles
-- The styles, with the BBCodes to which each brings markup of its own.
SELECT s.style_id, t.bbcode_bitfield
  FROM {TABLE_PREFIX}styles s
  JOIN {TABLE_PREFIX}styles_template t ON t.template_id = s.template_id
 ORDER BY s.style_id
