-- The full text of PostgreSQL, which phpBB uses from 3.1 on.

-- name: _fetch_posts_by_postgresql
-- Posts that the full text of the database finds, the newest first.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- author_id (int): phpBB user id; -1 for all.
-- needs search_type: fulltext_postgres
SELECT p.post_id, p.post_time
  FROM {TABLE_PREFIX}posts p
 WHERE to_tsvector(CAST(%(ts_name)s AS regconfig), p.post_text || ' ' || p.post_subject)
       @@ to_tsquery(CAST(%(ts_name)s AS regconfig), %(query)s)
   AND p.forum_id IN %(forum_ids)s AND (%(author_id)s = -1 OR p.poster_id = %(author_id)s)
   AND (p.post_visibility = 1 OR p.forum_id IN %(approve_forums)s)
 ORDER BY p.post_time DESC, p.post_id DESC

-- name: _fetch_titles_by_postgresql
-- Posts whose titles the full text of the database finds, the newest first.
-- forum_ids (list): forum ids.
-- approve_forums (list): forums in which also what is not approved counts.
-- author_id (int): phpBB user id; -1 for all.
-- needs search_type: fulltext_postgres
SELECT p.post_id, p.post_time
  FROM {TABLE_PREFIX}posts p
 WHERE to_tsvector(CAST(%(ts_name)s AS regconfig), p.post_subject)
       @@ to_tsquery(CAST(%(ts_name)s AS regconfig), %(query)s)
   AND p.forum_id IN %(forum_ids)s AND (%(author_id)s = -1 OR p.poster_id = %(author_id)s)
   AND (p.post_visibility = 1 OR p.forum_id IN %(approve_forums)s)
 ORDER BY p.post_time DESC, p.post_id DESC
