-- On PostgreSQL group names are of phpBB's own domain, which compares without regard to case.

-- name: has_membership_resolve
-- Whether a user belongs to a group of a name; pending members do not.
-- user_id (int): phpBB user id.
-- group_name (name): the group's name, or phpBB's constant of a special group.
SELECT 1
  FROM {TABLE_PREFIX}user_group m
  JOIN {TABLE_PREFIX}groups g ON g.group_id = m.group_id
 WHERE m.user_id = %(user_id)s AND m.user_pending = 0
   AND CAST(g.group_name AS text) IN %(group_name)s
