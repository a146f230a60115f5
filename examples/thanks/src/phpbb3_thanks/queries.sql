-- What the add-on asks.

-- name: fetch_thanks
-- Who has thanked for some posts that the visitor may read, the first to thank first.
-- post_ids (list): post ids, such as those of a page of a topic.
-- readable_forums: forums whose posts the visitor may see, filled in.
SELECT t.post_id, t.user_id, u.username, u.user_colour, t.thanks_words, t.thanks_time
  FROM {TABLE_PREFIX}thanks_given t
  JOIN {TABLE_PREFIX}posts p ON p.post_id = t.post_id
  JOIN {TABLE_PREFIX}users u ON u.user_id = t.user_id
 WHERE t.post_id IN %(post_ids)s
   AND p.forum_id IN %(readable_forums)s AND p.post_visibility = 1
 ORDER BY t.thanks_time, t.user_id

-- name: fetch_thanks_received
-- For what a member has been thanked, the newest first.
-- user_id (int): phpBB user id of the author.
-- readable_forums: forums whose posts the visitor may see, filled in.
SELECT t.post_id, p.post_subject, t.user_id, u.username, t.thanks_words, t.thanks_time
  FROM {TABLE_PREFIX}thanks_given t
  JOIN {TABLE_PREFIX}posts p ON p.post_id = t.post_id
  JOIN {TABLE_PREFIX}users u ON u.user_id = t.user_id
 WHERE p.poster_id = %(user_id)s
   AND p.forum_id IN %(readable_forums)s AND p.post_visibility = 1
 ORDER BY t.thanks_time DESC, t.user_id

-- name: fetch_most_thanked_posts
-- The posts with the most thanks since some time, of those that the visitor may read.
-- since (int): a Unix time; 0 for all.
-- readable_forums: forums whose posts the visitor may see, filled in.
SELECT p.post_id, p.topic_id, p.forum_id, p.post_subject, p.poster_id, COUNT(*) AS thanks
  FROM {TABLE_PREFIX}thanks_given t
  JOIN {TABLE_PREFIX}posts p ON p.post_id = t.post_id
 WHERE t.thanks_time >= %(since)s
   AND p.forum_id IN %(readable_forums)s AND p.post_visibility = 1
 GROUP BY p.post_id, p.topic_id, p.forum_id, p.post_subject, p.poster_id
 ORDER BY thanks DESC, p.post_id DESC

-- name: has_thanked
-- Whether the visitor has thanked for a post.
-- post_id (int): post id.
-- viewer_id: the visitor, filled in.
SELECT 1
  FROM {TABLE_PREFIX}thanks_given t
 WHERE t.post_id = %(post_id)s AND t.user_id = %(viewer_id)s
