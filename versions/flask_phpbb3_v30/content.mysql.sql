-- MySQL reads and sorts a whole forum for a second key that the index of 3.0 has not.

-- name: _fetch_newest_topics
-- The topics of some forums with the newest posts: of each forum no more rows are read than are wanted.
-- forum_ids (list): forum ids, at most 500.
-- approve_forums (list): forums in which also what is not approved is listed.
-- own_id (int): whose waiting topics are listed, too; -1 for nobody's.
-- most_moved (int): 0 leaves out what was moved away.
-- types (list): topic types; a sticky topic past its time is of any.
-- most (int): how many topics are wanted.
-- least_posts (int): only topics with at least so many approved posts …
-- most_posts (int): … and at most so many.
-- since (int): only topics with a post at or after this Unix time.
-- until (int): only topics whose last post is before the one of this time …
-- until_id (int): … and of this id.
-- now: the Unix time of the request, filled in.
SELECT n.topic_id, n.topic_last_post_id, n.topic_last_post_time
  FROM ({EACH forum_id IN forum_ids}
        SELECT *
          FROM (SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
                  FROM {TABLE_PREFIX}topics t
                 WHERE t.forum_id = %(forum_id)s AND t.topic_moved_id <= %(most_moved)s
                   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s
                        OR (t.topic_approved = 0 AND t.topic_poster = %(own_id)s))
                   AND (t.topic_type IN %(types)s
                        OR (t.topic_type = 1 AND t.topic_time_limit > 0 AND t.topic_time + t.topic_time_limit <= %(now)s))
                   AND t.topic_replies + 1 BETWEEN %(least_posts)s AND %(most_posts)s
                   AND t.topic_last_post_time >= %(since)s AND t.topic_last_post_time <= %(until)s
                   AND (t.topic_last_post_time < %(until)s OR t.topic_last_post_id < %(until_id)s)
                 ORDER BY t.topic_last_post_time DESC
                 LIMIT %(most)s) x
        {END}) n
 ORDER BY n.topic_last_post_time DESC, n.topic_last_post_id DESC

-- name: _fetch_unread_topics
-- What a member has not read in some forums since they were marked, the newest first: read from the mark of
-- the forum on, for which the other bound is computed, as a database takes one of them and may take the wrong one.
-- forum_ids (list): forum ids, at most 500.
-- approve_forums (list): forums in which also what is not approved counts.
-- user_id (int): the member.
-- lastmark (int): up to when the member has read everything.
-- most (int): how many topics are wanted.
SELECT n.topic_id, n.topic_last_post_id, n.topic_last_post_time
  FROM ({EACH forum_id IN forum_ids}
        SELECT *
          FROM (SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
                  FROM {TABLE_PREFIX}topics t
                  LEFT JOIN {TABLE_PREFIX}topics_track m
                       ON m.user_id = %(user_id)s AND m.topic_id = t.topic_id
                 WHERE t.forum_id = %(forum_id)s AND t.topic_moved_id = 0
                   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s)
                   AND t.topic_last_post_time + 0 > %(lastmark)s
                   AND t.topic_last_post_time > COALESCE((SELECT w.mark_time
                                                            FROM {TABLE_PREFIX}forums_track w
                                                           WHERE w.user_id = %(user_id)s
                                                             AND w.forum_id = %(forum_id)s), %(lastmark)s)
                   AND (m.mark_time IS NULL OR t.topic_last_post_time > m.mark_time)
                 ORDER BY t.topic_last_post_time DESC
                 LIMIT %(most)s) x
        {END}) n
 ORDER BY n.topic_last_post_time DESC, n.topic_last_post_id DESC

-- name: _fetch_forum_topics
-- Topics of one forum that are neither sticky nor announced, the one with the newest post first.
-- forum_id (int): the forum.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting topics are shown, too; -1 for nobody's.
-- since (int): only topics with a post at or after this Unix time.
-- until (int): only topics whose last post is before the one of this time …
-- until_id (int): … and of this id.
-- now: the Unix time of the request, filled in.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}topics t
 WHERE t.forum_id = %(forum_id)s
   AND (t.topic_type = 0 OR (t.topic_time_limit > 0 AND t.topic_time + t.topic_time_limit <= %(now)s))
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s
        OR (t.topic_approved = 0 AND t.topic_poster = %(own_id)s))
   AND t.topic_last_post_time >= %(since)s AND t.topic_last_post_time <= %(until)s
   AND (t.topic_last_post_time < %(until)s OR t.topic_last_post_id < %(until_id)s)
 ORDER BY t.topic_last_post_time DESC

-- name: _fetch_posts_by_mysql
-- Posts that the full text of the database finds, the newest first.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- author_id (int): phpBB user id; -1 for all.
-- needs search_type: fulltext_mysql
SELECT p.post_id, p.post_time
  FROM {TABLE_PREFIX}posts p
 WHERE MATCH (p.post_text, p.post_subject) AGAINST (%(query)s IN BOOLEAN MODE)
   AND p.forum_id IN %(forum_ids)s AND (%(author_id)s = -1 OR p.poster_id = %(author_id)s)
   AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s)
 ORDER BY p.post_time DESC, p.post_id DESC

-- name: _fetch_titles_by_mysql
-- Posts whose titles the full text of the database finds, the newest first.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- author_id (int): phpBB user id; -1 for all.
-- needs search_type: fulltext_mysql
SELECT p.post_id, p.post_time
  FROM {TABLE_PREFIX}posts p
 WHERE MATCH (p.post_subject) AGAINST (%(query)s IN BOOLEAN MODE)
   AND p.forum_id IN %(forum_ids)s AND (%(author_id)s = -1 OR p.poster_id = %(author_id)s)
   AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s)
 ORDER BY p.post_time DESC, p.post_id DESC
