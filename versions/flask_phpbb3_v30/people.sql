-- Members, groups, who is online. No statement here knows an e-mail address.

-- name: _fetch_users
-- Some users as lists show them, with what phpBB 3.0 shows beside posts.
-- user_ids (list): phpBB user ids.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason,
       u.user_from, u.user_website, u.user_icq, u.user_aim, u.user_yim, u.user_msnm
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id IN %(user_ids)s
 ORDER BY u.username_clean

-- name: _fetch_users_by_name
-- Users of a name, or who would be confused with one.
-- username (name): as it is shown.
-- folded (list): the forms in which phpBB may have folded it.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}users u
 WHERE u.username IN %(username)s OR u.username_clean IN %(folded)s
 ORDER BY u.user_id

-- name: _fetch_members_by_name
-- Members in the order of their names.
-- types (list): types of users.
-- pattern (str): what folded names are like; % for all.
-- group_id (int): the group they belong to; 0 for any.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}users u
 WHERE u.user_type IN %(types)s AND u.username_clean LIKE %(pattern)s ESCAPE '!'
   AND (%(group_id)s = 0
        OR EXISTS (SELECT 1
                     FROM {TABLE_PREFIX}user_group m
                    WHERE m.user_id = u.user_id AND m.group_id = %(group_id)s AND m.user_pending = 0))
 ORDER BY u.username_clean

-- name: _fetch_members_by_name_backwards
-- As _fetch_members_by_name, from the end.
-- types (list): types of users.
-- pattern (str): what folded names are like; % for all.
-- group_id (int): the group they belong to; 0 for any.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}users u
 WHERE u.user_type IN %(types)s AND u.username_clean LIKE %(pattern)s ESCAPE '!'
   AND (%(group_id)s = 0
        OR EXISTS (SELECT 1
                     FROM {TABLE_PREFIX}user_group m
                    WHERE m.user_id = u.user_id AND m.group_id = %(group_id)s AND m.user_pending = 0))
 ORDER BY u.username_clean DESC

-- name: _fetch_members_by_number
-- Members in the order of their registration, posts or last visit; phpBB has no index for any of these.
-- types (list): types of users.
-- pattern (str): what folded names are like; % for all.
-- group_id (int): the group they belong to; 0 for any.
-- column_name (str): joined, posts or active.
-- direction (int): 1 for the smallest first, -1 for the greatest.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}users u
 WHERE u.user_type IN %(types)s AND u.username_clean LIKE %(pattern)s ESCAPE '!'
   AND (%(group_id)s = 0
        OR EXISTS (SELECT 1
                     FROM {TABLE_PREFIX}user_group m
                    WHERE m.user_id = u.user_id AND m.group_id = %(group_id)s AND m.user_pending = 0))
 ORDER BY CASE %(direction)s WHEN 1 THEN CASE %(column_name)s
               WHEN 'joined' THEN u.user_regdate WHEN 'posts' THEN u.user_posts ELSE u.user_lastvisit END END,
          CASE %(direction)s WHEN -1 THEN CASE %(column_name)s
               WHEN 'joined' THEN u.user_regdate WHEN 'posts' THEN u.user_posts ELSE u.user_lastvisit END END DESC,
          u.user_id

-- name: _fetch_group_members
-- The members of a group, its leaders first; pending ones are none yet.
-- group_id (int): phpBB group id.
-- types (list): types of users.
SELECT m.group_leader,
       u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}user_group m
  JOIN {TABLE_PREFIX}users u ON u.user_id = m.user_id
 WHERE m.group_id = %(group_id)s AND m.user_pending = 0 AND u.user_type IN %(types)s
 ORDER BY m.group_leader DESC, u.user_regdate, u.user_id

-- name: _fetch_last_visits
-- When some users were last seen by sessions that still live, and whether they hid then.
-- user_ids (list): phpBB user ids.
-- since (int): the oldest moment that counts, a Unix time.
SELECT s.session_user_id AS user_id, MAX(s.session_time) AS session_time,
       MIN(s.session_viewonline) AS session_viewonline
  FROM {TABLE_PREFIX}sessions s
 WHERE s.session_user_id IN %(user_ids)s AND s.session_time >= %(since)s
 GROUP BY s.session_user_id

-- name: _get_profile
-- A user as the profile page shows them; the columns of phpBB 3.0 that later lines keep as profile fields.
-- user_id (int): phpBB user id.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason,
       u.group_id, u.user_birthday, u.user_warnings, u.user_lastpost_time, u.user_options, u.user_sig,
       u.user_sig_bbcode_uid, u.user_sig_bbcode_bitfield,
       u.user_from, u.user_website, u.user_occ, u.user_interests, u.user_icq, u.user_aim, u.user_yim, u.user_msnm
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s

-- name: _fetch_groups
-- All groups, hidden ones too.
SELECT g.group_id, g.group_type, g.group_name, g.group_desc, g.group_desc_bitfield, g.group_desc_options,
       g.group_desc_uid, g.group_colour, g.group_rank, g.group_avatar, g.group_avatar_type, g.group_avatar_width,
       g.group_avatar_height, g.group_legend, g.group_receive_pm, g.group_message_limit
  FROM {TABLE_PREFIX}groups g
 ORDER BY g.group_id

-- name: _fetch_groups_of_users
-- The groups of some users; pending memberships do not count.
-- user_ids (list): phpBB user ids.
SELECT m.user_id, m.group_id, m.group_leader
  FROM {TABLE_PREFIX}user_group m
 WHERE m.user_id IN %(user_ids)s AND m.user_pending = 0
 ORDER BY m.group_id

-- name: _fetch_ranks
-- All ranks.
SELECT r.rank_id, r.rank_title, r.rank_min, r.rank_special, r.rank_image
  FROM {TABLE_PREFIX}ranks r
 ORDER BY r.rank_min DESC, r.rank_id

-- name: _fetch_profile_fields
-- All custom profile fields, in the order of pages.
SELECT f.field_id, f.field_ident, f.field_type, f.field_length, f.field_novalue, f.field_default_value,
       f.field_hide, f.field_no_view, f.field_active, f.field_show_novalue, f.field_show_on_vt,
       0 AS field_show_on_pm, 0 AS field_show_on_ml, 0 AS field_is_contact, '' AS field_contact_desc,
       '' AS field_contact_url
  FROM {TABLE_PREFIX}profile_fields f
 ORDER BY f.field_order, f.field_id

-- name: _fetch_profile_field_names
-- The names of custom profile fields, in every language.
SELECT n.field_id, l.lang_iso, n.lang_name
  FROM {TABLE_PREFIX}profile_lang n
  JOIN {TABLE_PREFIX}lang l ON l.lang_id = n.lang_id

-- name: _fetch_profile_field_texts
-- The texts of the options of custom profile fields, in every language.
SELECT o.field_id, l.lang_iso, o.option_id, o.lang_value
  FROM {TABLE_PREFIX}profile_fields_lang o
  JOIN {TABLE_PREFIX}lang l ON l.lang_id = o.lang_id

-- name: _fetch_user_profiles
-- The custom profile fields of some users; most users have no row.
-- user_ids (list): phpBB user ids.
SELECT d.*
  FROM {TABLE_PREFIX}profile_fields_data d
 WHERE d.user_id IN %(user_ids)s

-- name: _fetch_online
-- The sessions of users since a moment, the newest first; the guest's are only counted.
-- since (int): a Unix time.
SELECT s.session_time, s.session_viewonline, s.session_forum_id, u.username_clean,
       u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}sessions s
  JOIN {TABLE_PREFIX}users u ON u.user_id = s.session_user_id
 WHERE s.session_time >= %(since)s AND s.session_user_id <> 1
 ORDER BY s.session_time DESC, s.session_id

-- name: _get_guests_online
-- How many addresses guests have come from since a moment.
-- since (int): a Unix time.
SELECT COUNT(DISTINCT s.session_ip) AS guests
  FROM {TABLE_PREFIX}sessions s
 WHERE s.session_user_id = 1 AND s.session_time >= %(since)s

-- name: _fetch_birthdays
-- Active members whose birthday begins like one of two patterns, without those whom a ban names.
-- first (str): such as ' 5- 3-%%'.
-- second (str): another one, or the same.
SELECT u.user_birthday,
       u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}users u
 WHERE (u.user_birthday LIKE %(first)s OR u.user_birthday LIKE %(second)s) AND u.user_type IN (0, 3)
   AND NOT EXISTS (SELECT 1
                     FROM {TABLE_PREFIX}banlist b
                    WHERE b.ban_userid = u.user_id AND b.ban_exclude = 0)
 ORDER BY u.username_clean

-- name: _fetch_zebra
-- A user's friends and foes.
-- user_id (int): phpBB user id.
-- friend (int): 1 for friends, 0 for foes.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}zebra z
  JOIN {TABLE_PREFIX}users u ON u.user_id = z.zebra_id
 WHERE z.user_id = %(user_id)s
   AND ((%(friend)s = 1 AND z.friend = 1) OR (%(friend)s = 0 AND z.foe = 1))
 ORDER BY u.username_clean

-- name: _get_relation
-- Whether a user is another one's friend or foe.
-- user_id (int): whose friend or foe.
-- zebra_id (int): who is.
SELECT z.friend, z.foe
  FROM {TABLE_PREFIX}zebra z
 WHERE z.user_id = %(user_id)s AND z.zebra_id = %(zebra_id)s

-- name: _get_password
-- The user whom a name and a password may sign in, with the stored hash; never leaves the core.
-- user_id (int): phpBB user id.
SELECT u.user_id, u.user_type, u.user_password
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s
