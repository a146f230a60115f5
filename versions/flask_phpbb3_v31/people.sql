-- phpBB 3.1: what users say of themselves are profile fields.

-- name: _fetch_users
-- Some users as lists show them.
-- user_ids (list): phpBB user ids.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id IN %(user_ids)s
 ORDER BY u.username_clean

-- name: _get_profile
-- A user as the profile page shows them.
-- user_id (int): phpBB user id.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason,
       u.group_id, u.user_birthday, u.user_warnings, u.user_lastpost_time, u.user_options, u.user_sig,
       u.user_sig_bbcode_uid, u.user_sig_bbcode_bitfield
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s

-- name: _fetch_profile_fields
-- All custom profile fields, in the order of pages.
SELECT f.field_id, f.field_ident, f.field_type, f.field_length, f.field_novalue, f.field_default_value,
       f.field_hide, f.field_no_view, f.field_active, f.field_show_novalue, f.field_show_on_vt,
       f.field_show_on_pm, f.field_show_on_ml, f.field_is_contact, f.field_contact_desc, f.field_contact_url
  FROM {TABLE_PREFIX}profile_fields f
 ORDER BY f.field_order, f.field_id
