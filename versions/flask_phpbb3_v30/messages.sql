-- Private messages: what is in a user's folders, and nothing of anybody else's.

-- name: _fetch_message_counts
-- How many messages a user has in each folder, and how many of these are unread.
-- user_id (int): phpBB user id.
SELECT t.folder_id, COUNT(*) AS messages, SUM(t.pm_unread) AS unread
  FROM {TABLE_PREFIX}privmsgs_to t
 WHERE t.user_id = %(user_id)s
 GROUP BY t.folder_id

-- name: _fetch_message_folders
-- A user's own folders.
-- user_id (int): phpBB user id.
SELECT f.folder_id, f.folder_name, f.pm_count
  FROM {TABLE_PREFIX}privmsgs_folder f
 WHERE f.user_id = %(user_id)s
 ORDER BY f.folder_id

-- name: _get_message_limit
-- The largest number of messages in a folder that a user's groups allow; 0 where none says.
-- user_id (int): phpBB user id.
SELECT MAX(g.group_message_limit) AS message_limit
  FROM {TABLE_PREFIX}user_group m
  JOIN {TABLE_PREFIX}groups g ON g.group_id = m.group_id
 WHERE m.user_id = %(user_id)s AND m.user_pending = 0

-- name: _get_full_folder_action
-- What a user wants done with new messages when the inbox is full.
-- user_id (int): phpBB user id.
SELECT u.user_full_folder, u.user_message_rules
  FROM {TABLE_PREFIX}users u
 WHERE u.user_id = %(user_id)s

-- name: _fetch_messages
-- The messages in some folders of a user, the newest first.
-- user_id (int): phpBB user id.
-- folder_ids (list): ids of folders.
SELECT t.folder_id, t.pm_unread, t.pm_new, t.pm_replied, t.pm_marked, t.pm_forwarded, t.pm_deleted,
       p.msg_id, p.root_level, p.author_id, p.message_time, p.message_subject, p.message_attachment,
       p.message_edit_time, p.message_edit_count, p.to_address, p.bcc_address,
       u.username, u.user_colour, u.user_type
  FROM {TABLE_PREFIX}privmsgs_to t
  JOIN {TABLE_PREFIX}privmsgs p ON p.msg_id = t.msg_id
  LEFT JOIN {TABLE_PREFIX}users u ON u.user_id = p.author_id
 WHERE t.user_id = %(user_id)s AND t.folder_id IN %(folder_ids)s
 ORDER BY p.message_time DESC, p.msg_id DESC

-- name: _fetch_message
-- One message in the folders of a user; an author who wrote to themselves has it in two.
-- user_id (int): phpBB user id.
-- msg_id (int): the message's id.
SELECT t.folder_id, t.pm_unread, t.pm_new, t.pm_replied, t.pm_marked, t.pm_forwarded, t.pm_deleted,
       p.msg_id, p.root_level, p.author_id, p.message_time, p.message_subject, p.message_text, p.bbcode_uid,
       p.bbcode_bitfield, p.enable_bbcode, p.enable_smilies, p.enable_magic_url, p.enable_sig,
       p.message_attachment, p.message_edit_time, p.message_edit_count, p.to_address, p.bcc_address,
       u.username, u.user_colour, u.user_type, u.user_sig, u.user_sig_bbcode_uid, u.user_sig_bbcode_bitfield
  FROM {TABLE_PREFIX}privmsgs_to t
  JOIN {TABLE_PREFIX}privmsgs p ON p.msg_id = t.msg_id
  LEFT JOIN {TABLE_PREFIX}users u ON u.user_id = p.author_id
 WHERE t.user_id = %(user_id)s AND t.msg_id = %(msg_id)s
 ORDER BY t.folder_id DESC

-- name: _fetch_message_ids
-- Which of some messages a user has in a folder, and which of these their authors have taken back.
-- user_id (int): phpBB user id.
-- msg_ids (list): ids of messages.
SELECT t.msg_id, t.folder_id, t.pm_deleted
  FROM {TABLE_PREFIX}privmsgs_to t
 WHERE t.user_id = %(user_id)s AND t.msg_id IN %(msg_ids)s
