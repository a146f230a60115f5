-- On PostgreSQL user names are of phpBB's own domain, which compares without regard to case.

-- name: _fetch_users_by_name
-- Users of a name, or who would be confused with one.
-- username (name): as it is shown.
-- folded (list): the forms in which phpBB may have folded it.
SELECT u.user_id, u.user_type, u.username, u.user_colour, u.user_regdate, u.user_posts, u.user_rank, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_lastvisit, u.user_allow_viewonline,
       u.user_inactive_reason
  FROM {TABLE_PREFIX}users u
 WHERE CAST(u.username AS text) IN %(username)s OR CAST(u.username_clean AS text) IN %(folded)s
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
 WHERE u.user_type IN %(types)s AND CAST(u.username_clean AS text) LIKE %(pattern)s ESCAPE '!'
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
 WHERE u.user_type IN %(types)s AND CAST(u.username_clean AS text) LIKE %(pattern)s ESCAPE '!'
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
 WHERE u.user_type IN %(types)s AND CAST(u.username_clean AS text) LIKE %(pattern)s ESCAPE '!'
   AND (%(group_id)s = 0
        OR EXISTS (SELECT 1
                     FROM {TABLE_PREFIX}user_group m
                    WHERE m.user_id = u.user_id AND m.group_id = %(group_id)s AND m.user_pending = 0))
 ORDER BY CASE %(direction)s WHEN 1 THEN CASE CAST(%(column_name)s AS text)
               WHEN 'joined' THEN u.user_regdate WHEN 'posts' THEN u.user_posts ELSE u.user_lastvisit END END,
          CASE %(direction)s WHEN -1 THEN CASE CAST(%(column_name)s AS text)
               WHEN 'joined' THEN u.user_regdate WHEN 'posts' THEN u.user_posts ELSE u.user_lastvisit END END DESC,
          u.user_id
