-- Forums, topics and posts from phpBB 3.1 on: counters and visibility of three kinds.

-- name: _fetch_forums
-- All forums in the order of the index, without their passwords.
SELECT f.forum_id, f.parent_id, f.left_id, f.right_id, f.forum_name, f.forum_desc, f.forum_desc_uid,
       f.forum_desc_bitfield, f.forum_desc_options, f.forum_link, f.forum_style, f.forum_image, f.forum_rules,
       f.forum_rules_link, f.forum_rules_uid, f.forum_rules_bitfield, f.forum_rules_options,
       f.forum_topics_per_page, f.forum_type, f.forum_status, f.forum_posts_approved,
       f.forum_posts_unapproved, f.forum_posts_softdeleted, f.forum_topics_approved,
       f.forum_topics_unapproved, f.forum_topics_softdeleted,
       f.forum_last_post_id, f.forum_last_poster_id, f.forum_last_post_subject, f.forum_last_post_time,
       f.forum_last_poster_name, f.forum_last_poster_colour, f.forum_flags, f.forum_options,
       f.display_subforum_list, f.display_on_index, f.enable_indexing, f.enable_icons,
       CASE WHEN f.forum_password = '' THEN 0 ELSE 1 END AS has_password
  FROM {TABLE_PREFIX}forums f
 ORDER BY f.left_id, f.forum_id
