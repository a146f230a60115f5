-- What the demo's pages show of the forum besides what the package offers to every application.

-- name: fetch_demo_forums
-- All forums and categories, as a reader meets them.
SELECT f.forum_id, f.parent_id, f.forum_type, f.forum_name, f.forum_desc,
       CASE WHEN f.forum_password = '' THEN 0 ELSE 1 END AS has_password,
       f.forum_topics_approved, f.forum_posts_approved, f.forum_last_post_time
  FROM {TABLE_PREFIX}forums f
 ORDER BY f.left_id

-- name: fetch_demo_topics
-- The topics of a forum, announcements and sticky ones first.
-- forum_id (int): phpBB forum id.
-- with_waiting (int): 1 to see those that wait for approval, too.
SELECT t.topic_id, t.topic_title, t.topic_type, t.topic_visibility, t.topic_poster, t.topic_time,
       t.topic_first_poster_name, t.topic_last_poster_id, t.topic_last_poster_name, t.topic_last_post_time,
       t.topic_posts_approved + t.topic_posts_unapproved - 1 AS replies
  FROM {TABLE_PREFIX}topics t
 WHERE t.forum_id = %(forum_id)s
   AND (t.topic_visibility = 1 OR (t.topic_visibility = 0 AND %(with_waiting)s = 1)
        OR (t.topic_visibility = 0 AND t.topic_poster = %(viewer_id)s AND t.topic_poster <> 1))
 ORDER BY t.topic_type DESC, t.topic_last_post_time DESC, t.topic_last_post_id DESC

-- name: get_demo_topic
-- One topic with its forum.
-- topic_id (int): phpBB topic id.
SELECT t.topic_id, t.topic_title, t.topic_type, t.topic_visibility, t.topic_poster, t.forum_id
  FROM {TABLE_PREFIX}topics t
 WHERE t.topic_id = %(topic_id)s

-- name: fetch_demo_posts
-- The posts of a topic, the oldest first.
-- topic_id (int): phpBB topic id.
-- with_waiting (int): 1 to see those that wait for approval, too.
SELECT p.post_id, p.post_subject, p.post_text, p.post_time, p.post_visibility, p.poster_id, u.username,
       u.user_colour, u.user_posts, u.user_regdate
  FROM {TABLE_PREFIX}posts p
  JOIN {TABLE_PREFIX}users u ON u.user_id = p.poster_id
 WHERE p.topic_id = %(topic_id)s
   AND (p.post_visibility = 1 OR (p.post_visibility = 0 AND %(with_waiting)s = 1)
        OR (p.post_visibility = 0 AND p.poster_id = %(viewer_id)s AND p.poster_id <> 1))
 ORDER BY p.post_time, p.post_id

-- name: fetch_demo_visitors
-- Who has been on the forum lately and does not hide it.
-- since (int): a Unix time.
SELECT u.user_id, u.username, u.user_colour, MAX(s.session_time) AS session_time
  FROM {TABLE_PREFIX}sessions s
  JOIN {TABLE_PREFIX}users u ON u.user_id = s.session_user_id
 WHERE s.session_time >= %(since)s AND s.session_viewonline = 1 AND u.user_type IN (0, 3) AND u.user_id <> 1
 GROUP BY u.user_id, u.username, u.user_colour
 ORDER BY session_time DESC

-- name: fetch_demo_roles
-- The names of permission roles.
SELECT r.role_id, r.role_name
  FROM {TABLE_PREFIX}acl_roles r
 ORDER BY r.role_id

-- name: fetch_demo_members
-- Everybody who has an account, bots and the guest apart.
SELECT u.user_id, u.username, u.user_colour, u.user_type, u.user_posts, u.user_regdate
  FROM {TABLE_PREFIX}users u
 WHERE u.user_type <> 2
 ORDER BY u.username_clean
