-- Forums, topics and posts of phpBB 3.0, under the names that later lines give the columns.

-- name: _fetch_forums
-- All forums in the order of the index, without their passwords.
SELECT f.forum_id, f.parent_id, f.left_id, f.right_id, f.forum_name, f.forum_desc, f.forum_desc_uid,
       f.forum_desc_bitfield, f.forum_desc_options, f.forum_link, f.forum_style, f.forum_image, f.forum_rules,
       f.forum_rules_link, f.forum_rules_uid, f.forum_rules_bitfield, f.forum_rules_options,
       f.forum_topics_per_page, f.forum_type, f.forum_status, f.forum_posts AS forum_posts_approved,
       0 AS forum_posts_unapproved, 0 AS forum_posts_softdeleted, f.forum_topics AS forum_topics_approved,
       f.forum_topics_real - f.forum_topics AS forum_topics_unapproved, 0 AS forum_topics_softdeleted,
       f.forum_last_post_id, f.forum_last_poster_id, f.forum_last_post_subject, f.forum_last_post_time,
       f.forum_last_poster_name, f.forum_last_poster_colour, f.forum_flags, f.forum_options,
       f.display_subforum_list, f.display_on_index, f.enable_indexing, f.enable_icons,
       CASE WHEN f.forum_password = '' THEN 0 ELSE 1 END AS has_password
  FROM {TABLE_PREFIX}forums f
 ORDER BY f.left_id, f.forum_id

-- name: _fetch_unlocked_forums
-- The forums whose password a session has given.
-- user_id (int): phpBB user id.
-- session_id (str): the session.
SELECT a.forum_id
  FROM {TABLE_PREFIX}forums_access a
 WHERE a.user_id = %(user_id)s AND a.session_id = %(session_id)s

-- name: _fetch_forum_marks
-- Up to when a member has read whole forums.
-- user_id (int): phpBB user id.
SELECT m.forum_id, m.mark_time
  FROM {TABLE_PREFIX}forums_track m
 WHERE m.user_id = %(user_id)s

-- name: _fetch_topic_marks
-- Up to when a member has read some topics.
-- user_id (int): phpBB user id.
-- topic_ids (list): topic ids.
SELECT m.topic_id, m.mark_time
  FROM {TABLE_PREFIX}topics_track m
 WHERE m.user_id = %(user_id)s AND m.topic_id IN %(topic_ids)s
