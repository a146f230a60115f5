-- Attachments and polls.

-- name: _fetch_post_attachments
-- The attachments of some posts, the newest first: the order in which texts count them.
-- post_ids (list): phpBB post ids.
SELECT a.attach_id, a.post_msg_id, a.topic_id, a.poster_id, a.real_filename, a.attach_comment, a.extension,
       a.mimetype, a.filesize, a.filetime, a.thumbnail, a.download_count
  FROM {TABLE_PREFIX}attachments a
 WHERE a.post_msg_id IN %(post_ids)s AND a.in_message = 0
 ORDER BY a.attach_id DESC

-- name: _fetch_message_attachments
-- The attachments of some private messages, the newest first.
-- msg_ids (list): ids of messages.
SELECT a.attach_id, a.post_msg_id, a.topic_id, a.poster_id, a.real_filename, a.attach_comment, a.extension,
       a.mimetype, a.filesize, a.filetime, a.thumbnail, a.download_count
  FROM {TABLE_PREFIX}attachments a
 WHERE a.post_msg_id IN %(msg_ids)s AND a.in_message = 1
 ORDER BY a.attach_id DESC

-- name: _fetch_extensions
-- The extensions of files that the board knows, with what their group may.
SELECT e.extension, g.cat_id, g.allow_group, g.allowed_forums, g.allow_in_pm
  FROM {TABLE_PREFIX}extensions e
  JOIN {TABLE_PREFIX}extension_groups g ON g.group_id = e.group_id
 ORDER BY e.extension_id

-- name: _fetch_post_places
-- Where some posts stand, and in which state they and their topics are.
-- post_ids (list): phpBB post ids.
SELECT p.post_id, p.topic_id, p.forum_id, p.poster_id, p.post_approved AS post_visibility,
       t.topic_approved AS topic_visibility, t.topic_poster
  FROM {TABLE_PREFIX}posts p
  JOIN {TABLE_PREFIX}topics t ON t.topic_id = p.topic_id
 WHERE p.post_id IN %(post_ids)s

-- name: _fetch_topic_places
-- Where some topics stand, and in which state they are; what was moved away stands nowhere.
-- topic_ids (list): phpBB topic ids.
SELECT t.topic_id, t.forum_id, t.topic_poster, t.topic_approved AS topic_visibility
  FROM {TABLE_PREFIX}topics t
 WHERE t.topic_id IN %(topic_ids)s AND t.topic_moved_id = 0

-- name: _get_poll
-- The poll of a topic; its texts are formatted as the topic's first post is.
-- topic_id (int): phpBB topic id.
SELECT t.topic_id, t.forum_id, t.topic_poster, t.topic_approved AS topic_visibility, t.topic_status, t.poll_title,
       t.poll_start, t.poll_length, t.poll_max_options, t.poll_last_vote, t.poll_vote_change,
       p.bbcode_uid, p.bbcode_bitfield, p.enable_smilies
  FROM {TABLE_PREFIX}topics t
  LEFT JOIN {TABLE_PREFIX}posts p ON p.post_id = t.topic_first_post_id
 WHERE t.topic_id = %(topic_id)s AND t.poll_start > 0

-- name: _fetch_poll_options
-- The options of a poll.
-- topic_id (int): phpBB topic id.
SELECT o.poll_option_id, o.poll_option_text, o.poll_option_total
  FROM {TABLE_PREFIX}poll_options o
 WHERE o.topic_id = %(topic_id)s
 ORDER BY o.poll_option_id

-- name: _fetch_poll_votes
-- What a user has voted for.
-- topic_id (int): phpBB topic id.
-- user_id (int): phpBB user id; not the guest, whose votes phpBB keeps in a cookie.
SELECT v.poll_option_id
  FROM {TABLE_PREFIX}poll_votes v
 WHERE v.topic_id = %(topic_id)s AND v.vote_user_id = %(user_id)s
