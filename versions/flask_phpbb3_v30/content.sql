-- Forums, topics and posts of phpBB 3.0, under the names that later lines give the columns.

-- name: _fetch_forums
-- All forums in the order of the index, without their passwords.
SELECT f.forum_id, f.parent_id, f.left_id, f.right_id, f.forum_name, f.forum_desc, f.forum_desc_uid,
       f.forum_desc_bitfield, f.forum_desc_options, f.forum_link, f.forum_style, f.forum_image, f.forum_rules,
       f.forum_rules_link, f.forum_rules_uid, f.forum_rules_bitfield, f.forum_rules_options,
       f.forum_topics_per_page, f.forum_type, f.forum_status, f.forum_posts AS forum_posts_approved,
       0 AS forum_posts_unapproved, 0 AS forum_posts_softdeleted, f.forum_topics AS forum_topics_approved,
       CASE WHEN f.forum_topics_real > f.forum_topics THEN f.forum_topics_real - f.forum_topics
            ELSE 0 END AS forum_topics_unapproved, 0 AS forum_topics_softdeleted,
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

-- name: _fetch_global_announcements
-- Global announcements of the whole board, with the time at which each stops being one.
SELECT t.topic_id, t.forum_id, t.topic_time, t.topic_time_limit
  FROM {TABLE_PREFIX}topics t
 WHERE t.topic_type = 3 AND t.topic_moved_id = 0

-- name: _fetch_topics
-- Some topics, in no order.
-- topic_ids (list): topic ids.
SELECT t.topic_id, t.forum_id, t.icon_id, t.topic_attachment, t.topic_title, t.topic_poster, t.topic_time,
       t.topic_time_limit, t.topic_views, t.topic_status, t.topic_type, t.topic_approved AS topic_visibility,
       t.topic_replies + 1 AS topic_posts_approved,
       CASE WHEN t.topic_replies_real > t.topic_replies THEN t.topic_replies_real - t.topic_replies
            ELSE 0 END AS topic_posts_unapproved, 0 AS topic_posts_softdeleted,
       t.topic_first_post_id, t.topic_first_poster_name, t.topic_first_poster_colour,
       t.topic_last_post_id, t.topic_last_poster_id, t.topic_last_poster_name, t.topic_last_poster_colour,
       t.topic_last_post_subject, t.topic_last_post_time, t.topic_moved_id, t.topic_reported, t.poll_title,
       t.poll_start, t.poll_length, t.poll_max_options, t.poll_last_vote, t.poll_vote_change
  FROM {TABLE_PREFIX}topics t
 WHERE t.topic_id IN %(topic_ids)s

-- name: _fetch_newest_forums
-- Some forums, the one with the newest post first.
-- forum_ids (list): forum ids.
SELECT f.forum_id
  FROM {TABLE_PREFIX}forums f
 WHERE f.forum_id IN %(forum_ids)s
 ORDER BY f.forum_last_post_time DESC, f.forum_id

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
                 ORDER BY t.topic_last_post_time DESC, t.topic_last_post_id DESC
                 LIMIT %(most)s) x
        {END}) n
 ORDER BY n.topic_last_post_time DESC, n.topic_last_post_id DESC

-- name: _fetch_newest_topics_anywhere
-- The same for more forums, and for pages so deep that it would be read too much of each.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved is listed.
-- own_id (int): whose waiting topics are listed, too; -1 for nobody's.
-- most_moved (int): 0 leaves out what was moved away.
-- types (list): topic types; a sticky topic past its time is of any.
-- least_posts (int): only topics with at least so many approved posts …
-- most_posts (int): … and at most so many.
-- since (int): only topics with a post at or after this Unix time.
-- until (int): only topics whose last post is before the one of this time …
-- until_id (int): … and whose own id is less than this one.
-- now: the Unix time of the request, filled in.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}topics t
 WHERE t.forum_id IN %(forum_ids)s AND t.topic_moved_id <= %(most_moved)s
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s
        OR (t.topic_approved = 0 AND t.topic_poster = %(own_id)s))
   AND (t.topic_type IN %(types)s
        OR (t.topic_type = 1 AND t.topic_time_limit > 0 AND t.topic_time + t.topic_time_limit <= %(now)s))
   AND t.topic_replies + 1 BETWEEN %(least_posts)s AND %(most_posts)s
   AND t.topic_last_post_time >= %(since)s AND t.topic_last_post_time <= %(until)s
   AND (t.topic_last_post_time < %(until)s OR t.topic_id < %(until_id)s)
 ORDER BY t.topic_last_post_time DESC, t.topic_id DESC

-- name: _fetch_hidden_topics
-- Topics that only moderators see, the newest first.
-- approve_forums (list): the forums in which the viewer is one.
-- types (list): topic types.
-- least_posts (int): only topics with at least so many approved posts …
-- most_posts (int): … and at most so many.
-- since (int): only topics with a post at or after this Unix time.
-- until (int): only topics whose last post is before the one of this time …
-- until_id (int): … and of this id.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}topics t
 WHERE t.topic_approved = 0 AND t.forum_id IN %(approve_forums)s AND t.topic_moved_id = 0
   AND t.topic_type IN %(types)s
   AND t.topic_replies + 1 BETWEEN %(least_posts)s AND %(most_posts)s
   AND t.topic_last_post_time >= %(since)s AND t.topic_last_post_time <= %(until)s
   AND (t.topic_last_post_time < %(until)s OR t.topic_last_post_id < %(until_id)s)
 ORDER BY t.topic_last_post_time DESC, t.topic_last_post_id DESC

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
                 ORDER BY t.topic_last_post_time DESC, t.topic_last_post_id DESC
                 LIMIT %(most)s) x
        {END}) n
 ORDER BY n.topic_last_post_time DESC, n.topic_last_post_id DESC

-- name: _fetch_unread_topics_behind
-- What a member has not read since topics were marked one by one, be it before the mark of the forum: a topic
-- that was moved may come into a forum that was marked later.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- user_id (int): the member.
-- lastmark (int): up to when the member has read everything.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}topics_track m
  JOIN {TABLE_PREFIX}topics t ON t.topic_id = m.topic_id
 WHERE m.user_id = %(user_id)s AND t.forum_id IN %(forum_ids)s AND t.topic_moved_id = 0
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s)
   AND t.topic_last_post_time > %(lastmark)s AND t.topic_last_post_time > m.mark_time
 ORDER BY t.topic_last_post_time DESC, t.topic_last_post_id DESC

-- name: _fetch_unread_topics_anywhere
-- The same for more forums.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- user_id (int): the member.
-- lastmark (int): up to when the member has read everything.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}topics t
  LEFT JOIN {TABLE_PREFIX}topics_track m ON m.user_id = %(user_id)s AND m.topic_id = t.topic_id
  LEFT JOIN {TABLE_PREFIX}forums_track w ON w.user_id = %(user_id)s AND w.forum_id = t.forum_id
 WHERE t.forum_id IN %(forum_ids)s AND t.topic_moved_id = 0
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s)
   AND t.topic_last_post_time > %(lastmark)s
   AND t.topic_last_post_time > COALESCE(m.mark_time, w.mark_time, %(lastmark)s)
 ORDER BY t.topic_last_post_time DESC, t.topic_id DESC

-- name: _fetch_topics_of_author
-- Topics with a post of somebody, the one with the newest post first.
-- author_id (int): phpBB user id.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}topics t
 WHERE t.topic_id IN (SELECT p.topic_id
                        FROM {TABLE_PREFIX}posts p
                       WHERE p.poster_id = %(author_id)s AND p.forum_id IN %(forum_ids)s
                         AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s))
   AND t.forum_id IN %(forum_ids)s
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s)
 ORDER BY t.topic_last_post_time DESC, t.topic_id DESC

-- name: _fetch_topics_begun_by
-- Topics that somebody has begun, the one with the newest post first.
-- author_id (int): phpBB user id.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}posts p
  JOIN {TABLE_PREFIX}topics t ON t.topic_id = p.topic_id AND t.topic_first_post_id = p.post_id
 WHERE p.poster_id = %(author_id)s AND t.forum_id IN %(forum_ids)s
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s)
 ORDER BY t.topic_last_post_time DESC, t.topic_id DESC

-- name: _fetch_announcements
-- Announcements of one forum and some global ones, the newest first.
-- forum_id (int): the forum.
-- global_ids (list): topic ids of the global ones.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting topics are shown, too; -1 for nobody's.
-- now: the Unix time of the request, filled in.
SELECT t.topic_id
  FROM {TABLE_PREFIX}topics t
 WHERE ((t.forum_id = %(forum_id)s AND t.topic_type = 2
         AND (t.topic_time_limit = 0 OR t.topic_time + t.topic_time_limit > %(now)s))
        OR t.topic_id IN %(global_ids)s)
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s
        OR (t.topic_approved = 0 AND t.topic_poster = %(own_id)s))
 ORDER BY t.topic_time DESC, t.topic_id DESC

-- name: _fetch_sticky_topics
-- Sticky topics of some forums, the one with the newest post first. They are few in their index by type; a time
-- that is computed keeps a database from reading the whole forum in the order of times instead.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting topics are shown, too; -1 for nobody's.
-- since (int): only topics with a post at or after this Unix time.
-- now: the Unix time of the request, filled in.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}topics t
 WHERE t.forum_id IN %(forum_ids)s AND t.topic_type = 1 AND t.topic_last_post_time + 0 >= %(since)s
   AND (t.topic_time_limit = 0 OR t.topic_time + t.topic_time_limit > %(now)s)
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s
        OR (t.topic_approved = 0 AND t.topic_poster = %(own_id)s))
 ORDER BY t.topic_last_post_time + 0 DESC, t.topic_last_post_id DESC

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
 ORDER BY t.topic_last_post_time DESC, t.topic_last_post_id DESC

-- name: _fetch_forum_topics_sorted
-- Topics of one forum that are not announced, sticky ones first, sorted otherwise than by time.
-- forum_id (int): the forum.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting topics are shown, too; -1 for nobody's.
-- since (int): only topics with a post at or after this Unix time.
-- sort (str): a author, t time, r replies, s subject, v views.
-- rising (int): 1 from the least on, -1 from the greatest on.
-- now: the Unix time of the request, filled in.
SELECT t.topic_id, t.topic_last_post_id, t.topic_last_post_time
  FROM {TABLE_PREFIX}topics t
 WHERE t.forum_id = %(forum_id)s
   AND (t.topic_type IN (0, 1) OR (t.topic_time_limit > 0 AND t.topic_time + t.topic_time_limit <= %(now)s))
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s
        OR (t.topic_approved = 0 AND t.topic_poster = %(own_id)s))
   AND t.topic_last_post_time >= %(since)s
 ORDER BY CASE WHEN t.topic_type = 1 AND (t.topic_time_limit = 0 OR t.topic_time + t.topic_time_limit > %(now)s)
               THEN 0 ELSE 1 END,
          CASE WHEN %(rising)s <> 1 THEN NULL WHEN %(sort)s = 'a' THEN t.topic_first_poster_name
               WHEN %(sort)s = 's' THEN LOWER(t.topic_title) END,
          CASE WHEN %(rising)s = 1 THEN NULL WHEN %(sort)s = 'a' THEN t.topic_first_poster_name
               WHEN %(sort)s = 's' THEN LOWER(t.topic_title) END DESC,
          CASE %(sort)s WHEN 'r' THEN CASE WHEN t.forum_id IN %(approve_forums)s
                                           THEN t.topic_replies_real + 1
                                           ELSE t.topic_replies + 1 END
                        WHEN 'v' THEN t.topic_views WHEN 't' THEN t.topic_last_post_time END * (1.0 * %(rising)s),
          t.topic_last_post_id * (1.0 * %(rising)s)

-- name: _fetch_posted_topics
-- Those of some topics in which a member has written.
-- user_id (int): the member.
-- topic_ids (list): topic ids.
SELECT w.topic_id
  FROM {TABLE_PREFIX}topics_posted w
 WHERE w.user_id = %(user_id)s AND w.topic_id IN %(topic_ids)s AND w.topic_posted = 1

-- name: _fetch_new_topics
-- The topics of some forums that were begun last.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- until_id (int): only topics with a smaller id.
SELECT t.topic_id
  FROM {TABLE_PREFIX}topics t
 WHERE t.forum_id IN %(forum_ids)s AND t.topic_id < %(until_id)s AND t.topic_moved_id = 0
   AND (t.topic_approved = 1 OR t.forum_id IN %(approve_forums)s)
 ORDER BY t.topic_id DESC

-- name: _fetch_posts
-- Some posts with their authors and topics, in no order.
-- post_ids (list): post ids.
SELECT p.post_id, p.topic_id, p.forum_id, p.poster_id, p.post_time, p.post_subject, p.post_text, p.bbcode_uid,
       p.bbcode_bitfield, p.enable_bbcode, p.enable_smilies, p.enable_magic_url, p.post_username, p.enable_sig,
       p.icon_id, p.post_attachment, p.post_reported, p.post_edit_time, p.post_edit_reason, p.post_edit_user,
       p.post_edit_count, p.post_edit_locked, p.post_approved AS post_visibility,
       u.username, u.user_colour, u.user_type, u.user_rank, u.user_posts, u.user_regdate, u.user_avatar,
       u.user_avatar_type, u.user_avatar_width, u.user_avatar_height, u.user_sig, u.user_sig_bbcode_uid,
       u.user_sig_bbcode_bitfield, t.topic_title, t.topic_poster, t.topic_first_post_id, t.topic_last_post_id,
       t.topic_approved AS topic_visibility
  FROM {TABLE_PREFIX}posts p
  JOIN {TABLE_PREFIX}topics t ON t.topic_id = p.topic_id
  LEFT JOIN {TABLE_PREFIX}users u ON u.user_id = p.poster_id
 WHERE p.post_id IN %(post_ids)s

-- name: _fetch_newest_posts
-- Approved posts of some topics, the newest first: of each topic no more rows are read than are wanted.
-- topic_ids (list): topic ids, at most 500.
-- since (int): only posts at or after this Unix time.
-- most (int): how many posts are wanted.
SELECT n.post_id, n.post_time
  FROM ({EACH topic_id IN topic_ids}
        SELECT *
          FROM (SELECT p.post_id, p.post_time
                  FROM {TABLE_PREFIX}posts p
                 WHERE p.topic_id = %(topic_id)s AND p.post_time >= %(since)s AND p.post_approved = 1
                 ORDER BY p.post_time DESC, p.post_id DESC
                 LIMIT %(most)s) x
        {END}) n
 ORDER BY n.post_time DESC, n.post_id DESC

-- name: _fetch_newest_posts_anywhere
-- Approved posts of some forums, the newest first: for deep pages, and lists without an end.
-- forum_ids (list): forum ids.
-- since (int): only posts at or after this Unix time; 0 reads them all.
SELECT p.post_id, p.post_time
  FROM {TABLE_PREFIX}posts p
  JOIN {TABLE_PREFIX}topics t ON t.topic_id = p.topic_id
 WHERE p.forum_id IN %(forum_ids)s AND p.post_approved = 1 AND t.topic_approved = 1
   AND p.post_time >= %(since)s AND t.topic_last_post_time >= %(since)s
 ORDER BY p.post_time DESC, p.post_id DESC

-- name: _fetch_hidden_posts
-- Posts that only moderators see, the newest first: also the approved ones of topics that only they see.
-- approve_forums (list): the forums in which the viewer is one.
SELECT p.post_id, p.post_time
  FROM {TABLE_PREFIX}posts p
 WHERE p.post_approved = 0 AND p.forum_id IN %(approve_forums)s
UNION ALL
SELECT p.post_id, p.post_time
  FROM {TABLE_PREFIX}topics t
  JOIN {TABLE_PREFIX}posts p ON p.topic_id = t.topic_id
 WHERE t.topic_approved = 0 AND t.forum_id IN %(approve_forums)s AND p.post_approved = 1
 ORDER BY post_time DESC, post_id DESC

-- name: _fetch_posts_of_author
-- Posts of somebody, the newest first; approved ones of topics that are approved, too.
-- author_id (int): phpBB user id.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- until (int): only posts before the one of this time …
-- until_id (int): … and of this id.
SELECT p.post_id, p.post_time
  FROM {TABLE_PREFIX}posts p
  JOIN {TABLE_PREFIX}topics t ON t.topic_id = p.topic_id
 WHERE p.poster_id = %(author_id)s AND p.forum_id IN %(forum_ids)s
   AND ((p.post_approved = 1 AND t.topic_approved = 1) OR p.forum_id IN %(approve_forums)s)
   AND p.post_time <= %(until)s AND (p.post_time < %(until)s OR p.post_id < %(until_id)s)
 ORDER BY p.post_time DESC, p.post_id DESC

-- name: _fetch_topic_posts
-- Posts of a topic from the first on.
-- topic_id (int): the topic.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting posts are shown, too; -1 for nobody's.
-- since (int): only posts at or after this Unix time …
-- since_id (int): … and behind the post of that time and this id.
SELECT p.post_id
  FROM {TABLE_PREFIX}posts p
 WHERE p.topic_id = %(topic_id)s AND p.post_time >= %(since)s
   AND (p.post_time > %(since)s OR p.post_id > %(since_id)s)
   AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s
        OR (p.post_approved = 0 AND p.poster_id = %(own_id)s))
 ORDER BY p.post_time, p.post_id

-- name: _fetch_topic_posts_backwards
-- Posts of a topic from the last on.
-- topic_id (int): the topic.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting posts are shown, too; -1 for nobody's.
-- since (int): only posts at or after this Unix time.
-- until (int): only posts before the one of this time …
-- until_id (int): … and of this id.
SELECT p.post_id
  FROM {TABLE_PREFIX}posts p
 WHERE p.topic_id = %(topic_id)s AND p.post_time >= %(since)s AND p.post_time <= %(until)s
   AND (p.post_time < %(until)s OR p.post_id < %(until_id)s)
   AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s
        OR (p.post_approved = 0 AND p.poster_id = %(own_id)s))
 ORDER BY p.post_time DESC, p.post_id DESC

-- name: _fetch_topic_posts_sorted
-- Posts of a topic sorted by author or subject.
-- topic_id (int): the topic.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting posts are shown, too; -1 for nobody's.
-- since (int): only posts at or after this Unix time.
-- sort (str): a author, s subject.
-- rising (int): 1 from the least on, -1 from the greatest on.
SELECT p.post_id
  FROM {TABLE_PREFIX}posts p
  LEFT JOIN {TABLE_PREFIX}users u ON u.user_id = p.poster_id
 WHERE p.topic_id = %(topic_id)s AND p.post_time >= %(since)s
   AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s
        OR (p.post_approved = 0 AND p.poster_id = %(own_id)s))
 ORDER BY CASE WHEN %(rising)s <> 1 THEN NULL WHEN %(sort)s = 'a' THEN u.username_clean
               ELSE p.post_subject END,
          CASE WHEN %(rising)s = 1 THEN NULL WHEN %(sort)s = 'a' THEN u.username_clean
               ELSE p.post_subject END DESC,
          p.post_id * (1.0 * %(rising)s)

-- name: _get_posts_before
-- How many posts of a topic stand before one.
-- topic_id (int): the topic.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting posts are shown, too; -1 for nobody's.
-- since (int): only posts at or after this Unix time.
-- until (int): the post's time …
-- until_id (int): … and its id.
SELECT COUNT(*) AS num
  FROM {TABLE_PREFIX}posts p
 WHERE p.topic_id = %(topic_id)s AND p.post_time >= %(since)s AND p.post_time <= %(until)s
   AND (p.post_time < %(until)s OR p.post_id < %(until_id)s)
   AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s
        OR (p.post_approved = 0 AND p.poster_id = %(own_id)s))

-- name: _get_posts_behind
-- How many posts of a topic stand behind one.
-- topic_id (int): the topic.
-- approve_forums (list): forums in which the viewer sees what is not approved.
-- own_id (int): whose waiting posts are shown, too; -1 for nobody's.
-- since (int): the post's time …
-- since_id (int): … and its id.
SELECT COUNT(*) AS num
  FROM {TABLE_PREFIX}posts p
 WHERE p.topic_id = %(topic_id)s AND p.post_time >= %(since)s
   AND (p.post_time > %(since)s OR p.post_id > %(since_id)s)
   AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s
        OR (p.post_approved = 0 AND p.poster_id = %(own_id)s))

-- name: _fetch_search_words
-- Words of the board's own index.
-- words (list): as the index holds them.
SELECT w.word_id, w.word_text, w.word_common, w.word_count
  FROM {TABLE_PREFIX}search_wordlist w
 WHERE w.word_text IN %(words)s

-- name: _fetch_search_words_like
-- Words of the board's own index that begin alike, the rarest first.
-- pattern (str): for LIKE, with ! before what shall not be a wildcard.
SELECT w.word_id, w.word_text, w.word_common, w.word_count
  FROM {TABLE_PREFIX}search_wordlist w
 WHERE w.word_text LIKE %(pattern)s ESCAPE '!'
 ORDER BY w.word_count, w.word_id

-- name: _fetch_posts_with_words
-- Posts that hold any of some words, by id, the newest first.
-- word_ids (list): ids of words of the board's own index.
-- titles (list): 1 for words of titles, 0 for those of texts.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- author_id (int): phpBB user id; -1 for all.
-- until_id (int): only posts with a smaller id.
SELECT DISTINCT p.post_id, p.post_time
  FROM {TABLE_PREFIX}search_wordmatch m
  JOIN {TABLE_PREFIX}posts p ON p.post_id = m.post_id
 WHERE m.word_id IN %(word_ids)s AND m.title_match IN %(titles)s AND m.post_id < %(until_id)s
   AND p.forum_id IN %(forum_ids)s AND (%(author_id)s = -1 OR p.poster_id = %(author_id)s)
   AND (p.post_approved = 1 OR p.forum_id IN %(approve_forums)s)
 ORDER BY p.post_id DESC

-- name: _fetch_words_of_posts
-- Which of some words some posts hold.
-- post_ids (list): post ids.
-- word_ids (list): ids of words of the board's own index.
-- titles (list): 1 for words of titles, 0 for those of texts.
SELECT m.post_id, m.word_id
  FROM {TABLE_PREFIX}search_wordmatch m
 WHERE m.post_id IN %(post_ids)s AND m.word_id IN %(word_ids)s AND m.title_match IN %(titles)s

-- name: _fetch_foes
-- Whom a member has made a foe.
-- user_id (int): the member.
SELECT z.zebra_id
  FROM {TABLE_PREFIX}zebra z
 WHERE z.user_id = %(user_id)s AND z.foe = 1
