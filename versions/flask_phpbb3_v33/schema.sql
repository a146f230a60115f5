-- What phpBB 3.3 has that phpBB 3.2 has not, or has in another form.

-- config:
--   display_unapproved_posts = 1

-- table: users
-- Members, bots and the guest (id 1).
CREATE TABLE {TABLE_PREFIX}users (
    user_id INTEGER NOT NULL,
    user_type SMALLINT NOT NULL DEFAULT 0,
    group_id INTEGER NOT NULL DEFAULT 3,
    user_permissions TEXT NOT NULL,
    user_perm_from INTEGER NOT NULL DEFAULT 0,
    user_ip VARCHAR(40) NOT NULL DEFAULT '',
    user_regdate INTEGER NOT NULL DEFAULT 0,
    username VARCHAR(255) NOT NULL DEFAULT '',
    username_clean VARCHAR(255) NOT NULL DEFAULT '',
    user_password VARCHAR(255) NOT NULL DEFAULT '',
    user_passchg INTEGER NOT NULL DEFAULT 0,
    user_email VARCHAR(100) NOT NULL DEFAULT '',
    user_birthday VARCHAR(10) NOT NULL DEFAULT '',
    user_lastvisit INTEGER NOT NULL DEFAULT 0,
    user_lastmark INTEGER NOT NULL DEFAULT 0,
    user_lastpost_time INTEGER NOT NULL DEFAULT 0,
    user_lastpage VARCHAR(200) NOT NULL DEFAULT '',
    user_last_confirm_key VARCHAR(10) NOT NULL DEFAULT '',
    user_last_search INTEGER NOT NULL DEFAULT 0,
    user_warnings SMALLINT NOT NULL DEFAULT 0,
    user_last_warning INTEGER NOT NULL DEFAULT 0,
    user_login_attempts SMALLINT NOT NULL DEFAULT 0,
    user_inactive_reason SMALLINT NOT NULL DEFAULT 0,
    user_inactive_time INTEGER NOT NULL DEFAULT 0,
    user_posts INTEGER NOT NULL DEFAULT 0,
    user_lang VARCHAR(30) NOT NULL DEFAULT '',
    user_timezone VARCHAR(100) NOT NULL DEFAULT '',
    user_dateformat VARCHAR(64) NOT NULL DEFAULT 'd M Y H:i',
    user_style INTEGER NOT NULL DEFAULT 0,
    user_rank INTEGER NOT NULL DEFAULT 0,
    user_colour VARCHAR(6) NOT NULL DEFAULT '',
    user_new_privmsg INT NOT NULL DEFAULT 0,
    user_unread_privmsg INT NOT NULL DEFAULT 0,
    user_last_privmsg INTEGER NOT NULL DEFAULT 0,
    user_message_rules SMALLINT NOT NULL DEFAULT 0,
    user_full_folder INT NOT NULL DEFAULT -3,
    user_emailtime INTEGER NOT NULL DEFAULT 0,
    user_topic_show_days SMALLINT NOT NULL DEFAULT 0,
    user_topic_sortby_type VARCHAR(1) NOT NULL DEFAULT 't',
    user_topic_sortby_dir VARCHAR(1) NOT NULL DEFAULT 'd',
    user_post_show_days SMALLINT NOT NULL DEFAULT 0,
    user_post_sortby_type VARCHAR(1) NOT NULL DEFAULT 't',
    user_post_sortby_dir VARCHAR(1) NOT NULL DEFAULT 'a',
    user_notify SMALLINT NOT NULL DEFAULT 0,
    user_notify_pm SMALLINT NOT NULL DEFAULT 1,
    user_notify_type SMALLINT NOT NULL DEFAULT 0,
    user_allow_pm SMALLINT NOT NULL DEFAULT 1,
    user_allow_viewonline SMALLINT NOT NULL DEFAULT 1,
    user_allow_viewemail SMALLINT NOT NULL DEFAULT 1,
    user_allow_massemail SMALLINT NOT NULL DEFAULT 1,
    user_options INTEGER NOT NULL DEFAULT 230271,
    user_avatar VARCHAR(255) NOT NULL DEFAULT '',
    user_avatar_type VARCHAR(255) NOT NULL DEFAULT '',
    user_avatar_width SMALLINT NOT NULL DEFAULT 0,
    user_avatar_height SMALLINT NOT NULL DEFAULT 0,
    user_sig TEXT NOT NULL,
    user_sig_bbcode_uid VARCHAR(8) NOT NULL DEFAULT '',
    user_sig_bbcode_bitfield VARCHAR(255) NOT NULL DEFAULT '',
    user_jabber VARCHAR(255) NOT NULL DEFAULT '',
    user_actkey VARCHAR(32) NOT NULL DEFAULT '',
    reset_token VARCHAR(64) NOT NULL DEFAULT '',
    reset_token_expiration INTEGER NOT NULL DEFAULT 0,
    user_newpasswd VARCHAR(255) NOT NULL DEFAULT '',
    user_form_salt VARCHAR(32) NOT NULL DEFAULT '',
    user_new SMALLINT NOT NULL DEFAULT 1,
    user_reminded SMALLINT NOT NULL DEFAULT 0,
    user_reminded_time INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id)
);
CREATE INDEX {TABLE_PREFIX}users_key1 ON {TABLE_PREFIX}users (user_birthday);
CREATE INDEX {TABLE_PREFIX}users_key2 ON {TABLE_PREFIX}users (user_type);
CREATE UNIQUE INDEX {TABLE_PREFIX}users_key3 ON {TABLE_PREFIX}users (username_clean);
CREATE INDEX {TABLE_PREFIX}users_key4 ON {TABLE_PREFIX}users (user_email);

-- table: forums
-- Categories, forums and links: a tree in parent_id, ordered by left_id.
CREATE TABLE {TABLE_PREFIX}forums (
    forum_id INTEGER NOT NULL,
    parent_id INTEGER NOT NULL DEFAULT 0,
    left_id INTEGER NOT NULL DEFAULT 0,
    right_id INTEGER NOT NULL DEFAULT 0,
    forum_parents TEXT NOT NULL,
    forum_name VARCHAR(255) NOT NULL DEFAULT '',
    forum_desc TEXT NOT NULL,
    forum_desc_bitfield VARCHAR(255) NOT NULL DEFAULT '',
    forum_desc_options INTEGER NOT NULL DEFAULT 7,
    forum_desc_uid VARCHAR(8) NOT NULL DEFAULT '',
    forum_link VARCHAR(255) NOT NULL DEFAULT '',
    forum_password VARCHAR(255) NOT NULL DEFAULT '',
    forum_style INTEGER NOT NULL DEFAULT 0,
    forum_image VARCHAR(255) NOT NULL DEFAULT '',
    forum_rules TEXT NOT NULL,
    forum_rules_link VARCHAR(255) NOT NULL DEFAULT '',
    forum_rules_bitfield VARCHAR(255) NOT NULL DEFAULT '',
    forum_rules_options INTEGER NOT NULL DEFAULT 7,
    forum_rules_uid VARCHAR(8) NOT NULL DEFAULT '',
    forum_topics_per_page SMALLINT NOT NULL DEFAULT 0,
    forum_type SMALLINT NOT NULL DEFAULT 0,
    forum_status SMALLINT NOT NULL DEFAULT 0,
    forum_last_post_id INTEGER NOT NULL DEFAULT 0,
    forum_last_poster_id INTEGER NOT NULL DEFAULT 0,
    forum_last_post_subject VARCHAR(255) NOT NULL DEFAULT '',
    forum_last_post_time INTEGER NOT NULL DEFAULT 0,
    forum_last_poster_name VARCHAR(255) NOT NULL DEFAULT '',
    forum_last_poster_colour VARCHAR(6) NOT NULL DEFAULT '',
    forum_flags SMALLINT NOT NULL DEFAULT 32,
    display_on_index SMALLINT NOT NULL DEFAULT 1,
    enable_indexing SMALLINT NOT NULL DEFAULT 1,
    enable_icons SMALLINT NOT NULL DEFAULT 1,
    enable_prune SMALLINT NOT NULL DEFAULT 0,
    prune_next INTEGER NOT NULL DEFAULT 0,
    prune_days INTEGER NOT NULL DEFAULT 0,
    prune_viewed INTEGER NOT NULL DEFAULT 0,
    prune_freq INTEGER NOT NULL DEFAULT 0,
    display_subforum_list SMALLINT NOT NULL DEFAULT 1,
    display_subforum_limit SMALLINT NOT NULL DEFAULT 0,
    forum_options INTEGER NOT NULL DEFAULT 0,
    enable_shadow_prune SMALLINT NOT NULL DEFAULT 0,
    prune_shadow_days INTEGER NOT NULL DEFAULT 7,
    prune_shadow_freq INTEGER NOT NULL DEFAULT 1,
    prune_shadow_next INT NOT NULL DEFAULT 0,
    forum_posts_approved INTEGER NOT NULL DEFAULT 0,
    forum_posts_unapproved INTEGER NOT NULL DEFAULT 0,
    forum_posts_softdeleted INTEGER NOT NULL DEFAULT 0,
    forum_topics_approved INTEGER NOT NULL DEFAULT 0,
    forum_topics_unapproved INTEGER NOT NULL DEFAULT 0,
    forum_topics_softdeleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (forum_id)
);
CREATE INDEX {TABLE_PREFIX}forums_key1 ON {TABLE_PREFIX}forums (left_id, right_id);
CREATE INDEX {TABLE_PREFIX}forums_key2 ON {TABLE_PREFIX}forums (forum_last_post_id);

-- table: bbcodes
-- BBCodes that the board's owner made.
CREATE TABLE {TABLE_PREFIX}bbcodes (
    bbcode_id SMALLINT NOT NULL DEFAULT 0,
    bbcode_tag VARCHAR(16) NOT NULL DEFAULT '',
    bbcode_helpline TEXT NOT NULL,
    display_on_posting SMALLINT NOT NULL DEFAULT 0,
    bbcode_match TEXT NOT NULL,
    bbcode_tpl TEXT NOT NULL,
    first_pass_match TEXT NOT NULL,
    first_pass_replace TEXT NOT NULL,
    second_pass_match TEXT NOT NULL,
    second_pass_replace TEXT NOT NULL,
    PRIMARY KEY (bbcode_id)
);
CREATE INDEX {TABLE_PREFIX}bbcodes_key1 ON {TABLE_PREFIX}bbcodes (display_on_posting);

-- table: profile_fields_data
-- What members entered, a pf_ column for each field.
CREATE TABLE {TABLE_PREFIX}profile_fields_data (
    user_id INTEGER NOT NULL DEFAULT 0,
    pf_phpbb_interests TEXT NOT NULL,
    pf_phpbb_occupation TEXT NOT NULL,
    pf_phpbb_facebook VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_icq VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_location VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_skype VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_twitter VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_website VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_yahoo VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_youtube VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (user_id)
);
