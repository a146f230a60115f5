-- What the demo's pages show of the forum besides what the package offers to every application.

-- name: fetch_demo_roles
-- The names of permission roles.
SELECT r.role_id, r.role_name
  FROM {TABLE_PREFIX}acl_roles r
 ORDER BY r.role_id

-- name: get_demo_attachment
-- What an attachment belongs to; whether a visitor may have it is asked of that.
-- attach_id (int): id of the attachment.
SELECT a.post_msg_id, a.in_message
  FROM {TABLE_PREFIX}attachments a
 WHERE a.attach_id = %(attach_id)s
