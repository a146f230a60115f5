-- phpBB 3.1: posts and topics have more states than approved or not.

-- name: _fetch_post_places
-- Where some posts stand, and in which state they and their topics are.
-- post_ids (list): phpBB post ids.
SELECT p.post_id, p.topic_id, p.forum_id, p.poster_id, p.post_visibility, t.topic_visibility, t.topic_poster
  FROM {TABLE_PREFIX}posts p
  JOIN {TABLE_PREFIX}topics t ON t.topic_id = p.topic_id
 WHERE p.post_id IN %(post_ids)s

-- name: _fetch_topic_places
-- Where some topics stand, and in which state they are; what was moved away stands nowhere.
-- topic_ids (list): phpBB topic ids.
SELECT t.topic_id, t.forum_id, t.topic_poster, t.topic_visibility
  FROM {TABLE_PREFIX}topics t
 WHERE t.topic_id IN %(topic_ids)s AND t.topic_moved_id = 0

-- name: _get_poll
-- The poll of a topic; its texts are formatted as the topic's first post is.
-- topic_id (int): phpBB topic id.
SELECT t.topic_id, t.forum_id, t.topic_poster, t.topic_visibility, t.topic_status, t.poll_title,
       t.poll_start, t.poll_length, t.poll_max_options, t.poll_last_vote, t.poll_vote_change,
       p.bbcode_uid, p.bbcode_bitfield, p.enable_smilies
  FROM {TABLE_PREFIX}topics t
  LEFT JOIN {TABLE_PREFIX}posts p ON p.post_id = t.topic_first_post_id
 WHERE t.topic_id = %(topic_id)s AND t.poll_start > 0
