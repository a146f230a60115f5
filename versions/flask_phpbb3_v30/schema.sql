-- What an installed phpBB 3.0 board has: the tables that a reader of the board may need, with all their
-- columns, the settings and the permission options. The later lines build on this file.
--
-- INTEGER is unsigned where the database knows it, as in phpBB; INT is signed. A TEXT column has no
-- default, because older MySQL servers refuse one.

-- config:
--   allow_attachments = 1
--   allow_autologin = 1
--   allow_avatar = 1
--   allow_avatar_local = 0
--   allow_avatar_remote = 0
--   allow_avatar_upload = 1
--   allow_bbcode = 1
--   allow_birthdays = 1
--   allow_nocensors = 0
--   allow_privmsg = 1
--   allow_sig = 1
--   allow_smilies = 1
--   auth_method = db
--   avatar_gallery_path = images/avatars/gallery
--   avatar_path = images/avatars/upload
--   board_disable = 0
--   board_dst = 0
--   board_timezone = 0
--   browser_check = 1
--   cookie_domain =
--   cookie_path = /
--   cookie_secure = 0
--   default_dateformat = D M d, Y g:i a
--   default_lang = en
--   default_style = 1
--   feed_enable = 1
--   feed_forum = 1
--   feed_item_statistics = 1
--   feed_limit_post = 15
--   feed_limit_topic = 10
--   feed_overall = 1
--   feed_topic = 1
--   feed_topics_active = 0
--   feed_topics_new = 1
--   force_server_vars = 0
--   form_token_lifetime = 7200
--   form_token_sid_guests = 1
--   forwarded_for_check = 0
--   hot_threshold = 25
--   icons_path = images/icons
--   ip_check = 3
--   limit_load = 0
--   load_anon_lastread = 0
--   load_birthdays = 1
--   load_cpf_memberlist = 0
--   load_cpf_viewprofile = 1
--   load_cpf_viewtopic = 0
--   load_db_lastread = 1
--   load_db_track = 1
--   load_online = 1
--   load_online_guests = 1
--   load_online_time = 5
--   load_onlinetrack = 1
--   max_autologin_time = 0
--   max_login_attempts = 3
--   posts_per_page = 10
--   ranks_path = images/ranks
--   record_online_date = 0
--   record_online_users = 0
--   referer_validation = 1
--   require_activation = 0
--   script_path = /
--   server_port = 80
--   server_protocol = http://
--   session_gc = 3600
--   session_length = 3600
--   smilies_path = images/smilies
--   topics_per_page = 25
--   upload_icons_path = images/upload_icons
--   upload_path = files

-- options: local
--   f_ f_announce f_attach f_bbcode f_bump f_delete f_download f_edit f_email f_flash f_icons
--   f_ignoreflood f_img f_list f_noapprove f_poll f_post f_postcount f_print f_read f_reply
--   f_report f_search f_sigs f_smilies f_sticky f_subscribe f_user_lock f_vote f_votechg
-- options: global local
--   m_ m_approve m_chgposter m_delete m_edit m_info m_lock m_merge m_move m_report m_split
-- options: global
--   m_ban m_warn a_ a_aauth a_attach a_authgroups a_authusers a_backup a_ban a_bbcode a_board
--   a_bots a_clearlogs a_email a_fauth a_forum a_forumadd a_forumdel a_group a_groupadd a_groupdel
--   a_icons a_jabber a_language a_mauth a_modules a_names a_phpinfo a_profile a_prune a_ranks
--   a_reasons a_roles a_search a_server a_styles a_switchperm a_uauth a_user a_userdel a_viewauth
--   a_viewlogs a_words u_ u_attach u_chgavatar u_chgcensors u_chgemail u_chggrp u_chgname
--   u_chgpasswd u_download u_hideonline u_ignoreflood u_masspm u_masspm_group u_pm_attach
--   u_pm_bbcode u_pm_delete u_pm_download u_pm_edit u_pm_emailpm u_pm_flash u_pm_forward u_pm_img
--   u_pm_printpm u_pm_smilies u_readpm u_savedrafts u_search u_sendemail u_sendim u_sendpm u_sig
--   u_viewonline u_viewprofile

-- table: config
-- Settings of the board, one row each.
CREATE TABLE {TABLE_PREFIX}config (
    config_name VARCHAR(255) NOT NULL DEFAULT '',
    config_value VARCHAR(255) NOT NULL DEFAULT '',
    is_dynamic SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (config_name)
);
CREATE INDEX {TABLE_PREFIX}config_key1 ON {TABLE_PREFIX}config (is_dynamic);

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
    user_password VARCHAR(40) NOT NULL DEFAULT '',
    user_passchg INTEGER NOT NULL DEFAULT 0,
    user_pass_convert SMALLINT NOT NULL DEFAULT 0,
    user_email VARCHAR(100) NOT NULL DEFAULT '',
    user_email_hash BIGINT NOT NULL DEFAULT 0,
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
    user_timezone DECIMAL(5,2) NOT NULL DEFAULT 0,
    user_dst SMALLINT NOT NULL DEFAULT 0,
    user_dateformat VARCHAR(30) NOT NULL DEFAULT 'd M Y H:i',
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
    user_avatar_type SMALLINT NOT NULL DEFAULT 0,
    user_avatar_width SMALLINT NOT NULL DEFAULT 0,
    user_avatar_height SMALLINT NOT NULL DEFAULT 0,
    user_sig TEXT NOT NULL,
    user_sig_bbcode_uid VARCHAR(8) NOT NULL DEFAULT '',
    user_sig_bbcode_bitfield VARCHAR(255) NOT NULL DEFAULT '',
    user_from VARCHAR(100) NOT NULL DEFAULT '',
    user_icq VARCHAR(15) NOT NULL DEFAULT '',
    user_aim VARCHAR(255) NOT NULL DEFAULT '',
    user_yim VARCHAR(255) NOT NULL DEFAULT '',
    user_msnm VARCHAR(255) NOT NULL DEFAULT '',
    user_jabber VARCHAR(255) NOT NULL DEFAULT '',
    user_website VARCHAR(200) NOT NULL DEFAULT '',
    user_occ TEXT NOT NULL,
    user_interests TEXT NOT NULL,
    user_actkey VARCHAR(32) NOT NULL DEFAULT '',
    user_newpasswd VARCHAR(40) NOT NULL DEFAULT '',
    user_form_salt VARCHAR(32) NOT NULL DEFAULT '',
    user_new SMALLINT NOT NULL DEFAULT 1,
    user_reminded SMALLINT NOT NULL DEFAULT 0,
    user_reminded_time INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id)
);
CREATE INDEX {TABLE_PREFIX}users_key1 ON {TABLE_PREFIX}users (user_birthday);
CREATE INDEX {TABLE_PREFIX}users_key2 ON {TABLE_PREFIX}users (user_email_hash);
CREATE INDEX {TABLE_PREFIX}users_key3 ON {TABLE_PREFIX}users (user_type);
CREATE UNIQUE INDEX {TABLE_PREFIX}users_key4 ON {TABLE_PREFIX}users (username_clean);

-- table: groups
-- Special groups (type 3) and the board's own.
CREATE TABLE {TABLE_PREFIX}groups (
    group_id INTEGER NOT NULL,
    group_type SMALLINT NOT NULL DEFAULT 1,
    group_founder_manage SMALLINT NOT NULL DEFAULT 0,
    group_skip_auth SMALLINT NOT NULL DEFAULT 0,
    group_name VARCHAR(255) NOT NULL DEFAULT '',
    group_desc TEXT NOT NULL,
    group_desc_bitfield VARCHAR(255) NOT NULL DEFAULT '',
    group_desc_options INTEGER NOT NULL DEFAULT 7,
    group_desc_uid VARCHAR(8) NOT NULL DEFAULT '',
    group_display SMALLINT NOT NULL DEFAULT 0,
    group_avatar VARCHAR(255) NOT NULL DEFAULT '',
    group_avatar_type SMALLINT NOT NULL DEFAULT 0,
    group_avatar_width SMALLINT NOT NULL DEFAULT 0,
    group_avatar_height SMALLINT NOT NULL DEFAULT 0,
    group_rank INTEGER NOT NULL DEFAULT 0,
    group_colour VARCHAR(6) NOT NULL DEFAULT '',
    group_sig_chars INTEGER NOT NULL DEFAULT 0,
    group_receive_pm SMALLINT NOT NULL DEFAULT 0,
    group_message_limit INTEGER NOT NULL DEFAULT 0,
    group_max_recipients INTEGER NOT NULL DEFAULT 0,
    group_legend SMALLINT NOT NULL DEFAULT 1,
    PRIMARY KEY (group_id)
);
CREATE INDEX {TABLE_PREFIX}groups_key1 ON {TABLE_PREFIX}groups (group_legend, group_name);

-- table: user_group
-- Who belongs to which group; a pending member does not belong yet.
CREATE TABLE {TABLE_PREFIX}user_group (
    group_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    group_leader SMALLINT NOT NULL DEFAULT 0,
    user_pending SMALLINT NOT NULL DEFAULT 1
);
CREATE INDEX {TABLE_PREFIX}user_group_key1 ON {TABLE_PREFIX}user_group (group_id);
CREATE INDEX {TABLE_PREFIX}user_group_key2 ON {TABLE_PREFIX}user_group (user_id);
CREATE INDEX {TABLE_PREFIX}user_group_key3 ON {TABLE_PREFIX}user_group (group_leader);

-- table: sessions
-- One row per visit, found by the id in the visitor's cookie.
CREATE TABLE {TABLE_PREFIX}sessions (
    session_id CHAR(32) NOT NULL DEFAULT '',
    session_user_id INTEGER NOT NULL DEFAULT 0,
    session_forum_id INTEGER NOT NULL DEFAULT 0,
    session_last_visit INTEGER NOT NULL DEFAULT 0,
    session_start INTEGER NOT NULL DEFAULT 0,
    session_time INTEGER NOT NULL DEFAULT 0,
    session_ip VARCHAR(40) NOT NULL DEFAULT '',
    session_browser VARCHAR(150) NOT NULL DEFAULT '',
    session_forwarded_for VARCHAR(255) NOT NULL DEFAULT '',
    session_page VARCHAR(255) NOT NULL DEFAULT '',
    session_viewonline SMALLINT NOT NULL DEFAULT 1,
    session_autologin SMALLINT NOT NULL DEFAULT 0,
    session_admin SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id)
);
CREATE INDEX {TABLE_PREFIX}sessions_key1 ON {TABLE_PREFIX}sessions (session_time);
CREATE INDEX {TABLE_PREFIX}sessions_key2 ON {TABLE_PREFIX}sessions (session_user_id);
CREATE INDEX {TABLE_PREFIX}sessions_key3 ON {TABLE_PREFIX}sessions (session_forum_id);

-- table: sessions_keys
-- Keys that sign a returning visitor in again; key_id is the md5 of the cookie's value.
CREATE TABLE {TABLE_PREFIX}sessions_keys (
    key_id CHAR(32) NOT NULL DEFAULT '',
    user_id INTEGER NOT NULL DEFAULT 0,
    last_ip VARCHAR(40) NOT NULL DEFAULT '',
    last_login INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (key_id, user_id)
);
CREATE INDEX {TABLE_PREFIX}sessions_keys_key1 ON {TABLE_PREFIX}sessions_keys (last_login);

-- table: acl_options
-- Permission options; a permission string counts them in the order of their ids.
CREATE TABLE {TABLE_PREFIX}acl_options (
    auth_option_id INTEGER NOT NULL,
    auth_option VARCHAR(50) NOT NULL DEFAULT '',
    is_global SMALLINT NOT NULL DEFAULT 0,
    is_local SMALLINT NOT NULL DEFAULT 0,
    founder_only SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (auth_option_id)
);
CREATE UNIQUE INDEX {TABLE_PREFIX}acl_options_key1 ON {TABLE_PREFIX}acl_options (auth_option);

-- table: acl_roles
-- Named sets of settings.
CREATE TABLE {TABLE_PREFIX}acl_roles (
    role_id INTEGER NOT NULL,
    role_name VARCHAR(255) NOT NULL DEFAULT '',
    role_description TEXT NOT NULL,
    role_type VARCHAR(10) NOT NULL DEFAULT '',
    role_order SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (role_id)
);
CREATE INDEX {TABLE_PREFIX}acl_roles_key1 ON {TABLE_PREFIX}acl_roles (role_type);
CREATE INDEX {TABLE_PREFIX}acl_roles_key2 ON {TABLE_PREFIX}acl_roles (role_order);

-- table: acl_roles_data
-- What a role sets.
CREATE TABLE {TABLE_PREFIX}acl_roles_data (
    role_id INTEGER NOT NULL DEFAULT 0,
    auth_option_id INTEGER NOT NULL DEFAULT 0,
    auth_setting SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (role_id, auth_option_id)
);
CREATE INDEX {TABLE_PREFIX}acl_roles_data_key1 ON {TABLE_PREFIX}acl_roles_data (auth_option_id);

-- table: acl_users
-- Settings and roles given to one user, everywhere (forum 0) or in one forum.
CREATE TABLE {TABLE_PREFIX}acl_users (
    user_id INTEGER NOT NULL DEFAULT 0,
    forum_id INTEGER NOT NULL DEFAULT 0,
    auth_option_id INTEGER NOT NULL DEFAULT 0,
    auth_role_id INTEGER NOT NULL DEFAULT 0,
    auth_setting SMALLINT NOT NULL DEFAULT 0
);
CREATE INDEX {TABLE_PREFIX}acl_users_key1 ON {TABLE_PREFIX}acl_users (user_id);
CREATE INDEX {TABLE_PREFIX}acl_users_key2 ON {TABLE_PREFIX}acl_users (auth_option_id);
CREATE INDEX {TABLE_PREFIX}acl_users_key3 ON {TABLE_PREFIX}acl_users (auth_role_id);

-- table: acl_groups
-- Settings and roles given to a group, everywhere (forum 0) or in one forum.
CREATE TABLE {TABLE_PREFIX}acl_groups (
    group_id INTEGER NOT NULL DEFAULT 0,
    forum_id INTEGER NOT NULL DEFAULT 0,
    auth_option_id INTEGER NOT NULL DEFAULT 0,
    auth_role_id INTEGER NOT NULL DEFAULT 0,
    auth_setting SMALLINT NOT NULL DEFAULT 0
);
CREATE INDEX {TABLE_PREFIX}acl_groups_key1 ON {TABLE_PREFIX}acl_groups (group_id);
CREATE INDEX {TABLE_PREFIX}acl_groups_key2 ON {TABLE_PREFIX}acl_groups (auth_option_id);
CREATE INDEX {TABLE_PREFIX}acl_groups_key3 ON {TABLE_PREFIX}acl_groups (auth_role_id);

-- table: banlist
-- Bans by user id, address or e-mail, and exceptions from them.
CREATE TABLE {TABLE_PREFIX}banlist (
    ban_id INTEGER NOT NULL,
    ban_userid INTEGER NOT NULL DEFAULT 0,
    ban_ip VARCHAR(40) NOT NULL DEFAULT '',
    ban_email VARCHAR(100) NOT NULL DEFAULT '',
    ban_start INTEGER NOT NULL DEFAULT 0,
    ban_end INTEGER NOT NULL DEFAULT 0,
    ban_exclude SMALLINT NOT NULL DEFAULT 0,
    ban_reason VARCHAR(255) NOT NULL DEFAULT '',
    ban_give_reason VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (ban_id)
);
CREATE INDEX {TABLE_PREFIX}banlist_key1 ON {TABLE_PREFIX}banlist (ban_end);
CREATE INDEX {TABLE_PREFIX}banlist_key2 ON {TABLE_PREFIX}banlist (ban_userid, ban_exclude);
CREATE INDEX {TABLE_PREFIX}banlist_key3 ON {TABLE_PREFIX}banlist (ban_email, ban_exclude);
CREATE INDEX {TABLE_PREFIX}banlist_key4 ON {TABLE_PREFIX}banlist (ban_ip, ban_exclude);

-- table: bots
-- Search engines, recognised by agent or address; each has a row in users.
CREATE TABLE {TABLE_PREFIX}bots (
    bot_id INTEGER NOT NULL,
    bot_active SMALLINT NOT NULL DEFAULT 1,
    bot_name VARCHAR(255) NOT NULL DEFAULT '',
    user_id INTEGER NOT NULL DEFAULT 0,
    bot_agent VARCHAR(255) NOT NULL DEFAULT '',
    bot_ip VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (bot_id)
);
CREATE INDEX {TABLE_PREFIX}bots_key1 ON {TABLE_PREFIX}bots (bot_active);

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
    forum_password VARCHAR(40) NOT NULL DEFAULT '',
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
    forum_posts INTEGER NOT NULL DEFAULT 0,
    forum_topics INTEGER NOT NULL DEFAULT 0,
    forum_topics_real INTEGER NOT NULL DEFAULT 0,
    forum_last_post_id INTEGER NOT NULL DEFAULT 0,
    forum_last_poster_id INTEGER NOT NULL DEFAULT 0,
    forum_last_post_subject VARCHAR(255) NOT NULL DEFAULT '',
    forum_last_post_time INTEGER NOT NULL DEFAULT 0,
    forum_last_poster_name VARCHAR(255) NOT NULL DEFAULT '',
    forum_last_poster_colour VARCHAR(6) NOT NULL DEFAULT '',
    forum_flags SMALLINT NOT NULL DEFAULT 32,
    forum_options INTEGER NOT NULL DEFAULT 0,
    display_subforum_list SMALLINT NOT NULL DEFAULT 1,
    display_on_index SMALLINT NOT NULL DEFAULT 1,
    enable_indexing SMALLINT NOT NULL DEFAULT 1,
    enable_icons SMALLINT NOT NULL DEFAULT 1,
    enable_prune SMALLINT NOT NULL DEFAULT 0,
    prune_next INTEGER NOT NULL DEFAULT 0,
    prune_days INTEGER NOT NULL DEFAULT 0,
    prune_viewed INTEGER NOT NULL DEFAULT 0,
    prune_freq INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (forum_id)
);
CREATE INDEX {TABLE_PREFIX}forums_key1 ON {TABLE_PREFIX}forums (left_id, right_id);
CREATE INDEX {TABLE_PREFIX}forums_key2 ON {TABLE_PREFIX}forums (forum_last_post_id);

-- table: forums_access
-- Which session has given the password of a forum.
CREATE TABLE {TABLE_PREFIX}forums_access (
    forum_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    session_id CHAR(32) NOT NULL DEFAULT '',
    PRIMARY KEY (forum_id, user_id, session_id)
);

-- table: forums_track
-- When a member marked a forum read.
CREATE TABLE {TABLE_PREFIX}forums_track (
    user_id INTEGER NOT NULL DEFAULT 0,
    forum_id INTEGER NOT NULL DEFAULT 0,
    mark_time INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, forum_id)
);

-- table: forums_watch
-- Who is told of new topics in a forum.
CREATE TABLE {TABLE_PREFIX}forums_watch (
    forum_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    notify_status SMALLINT NOT NULL DEFAULT 0
);
CREATE INDEX {TABLE_PREFIX}forums_watch_key1 ON {TABLE_PREFIX}forums_watch (forum_id);
CREATE INDEX {TABLE_PREFIX}forums_watch_key2 ON {TABLE_PREFIX}forums_watch (user_id);
CREATE INDEX {TABLE_PREFIX}forums_watch_key3 ON {TABLE_PREFIX}forums_watch (notify_status);

-- table: topics
-- Topics, with the data of their first and last post.
CREATE TABLE {TABLE_PREFIX}topics (
    topic_id INTEGER NOT NULL,
    forum_id INTEGER NOT NULL DEFAULT 0,
    icon_id INTEGER NOT NULL DEFAULT 0,
    topic_attachment SMALLINT NOT NULL DEFAULT 0,
    topic_approved SMALLINT NOT NULL DEFAULT 1,
    topic_reported SMALLINT NOT NULL DEFAULT 0,
    topic_title VARCHAR(255) NOT NULL DEFAULT '',
    topic_poster INTEGER NOT NULL DEFAULT 0,
    topic_time INTEGER NOT NULL DEFAULT 0,
    topic_time_limit INTEGER NOT NULL DEFAULT 0,
    topic_views INTEGER NOT NULL DEFAULT 0,
    topic_replies INTEGER NOT NULL DEFAULT 0,
    topic_replies_real INTEGER NOT NULL DEFAULT 0,
    topic_status SMALLINT NOT NULL DEFAULT 0,
    topic_type SMALLINT NOT NULL DEFAULT 0,
    topic_first_post_id INTEGER NOT NULL DEFAULT 0,
    topic_first_poster_name VARCHAR(255) NOT NULL DEFAULT '',
    topic_first_poster_colour VARCHAR(6) NOT NULL DEFAULT '',
    topic_last_post_id INTEGER NOT NULL DEFAULT 0,
    topic_last_poster_id INTEGER NOT NULL DEFAULT 0,
    topic_last_poster_name VARCHAR(255) NOT NULL DEFAULT '',
    topic_last_poster_colour VARCHAR(6) NOT NULL DEFAULT '',
    topic_last_post_subject VARCHAR(255) NOT NULL DEFAULT '',
    topic_last_post_time INTEGER NOT NULL DEFAULT 0,
    topic_last_view_time INTEGER NOT NULL DEFAULT 0,
    topic_moved_id INTEGER NOT NULL DEFAULT 0,
    topic_bumped SMALLINT NOT NULL DEFAULT 0,
    topic_bumper INTEGER NOT NULL DEFAULT 0,
    poll_title VARCHAR(255) NOT NULL DEFAULT '',
    poll_start INTEGER NOT NULL DEFAULT 0,
    poll_length INTEGER NOT NULL DEFAULT 0,
    poll_max_options SMALLINT NOT NULL DEFAULT 1,
    poll_last_vote INTEGER NOT NULL DEFAULT 0,
    poll_vote_change SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (topic_id)
);
CREATE INDEX {TABLE_PREFIX}topics_key1 ON {TABLE_PREFIX}topics (forum_id);
CREATE INDEX {TABLE_PREFIX}topics_key2 ON {TABLE_PREFIX}topics (forum_id, topic_type);
CREATE INDEX {TABLE_PREFIX}topics_key3 ON {TABLE_PREFIX}topics (topic_last_post_time);
CREATE INDEX {TABLE_PREFIX}topics_key4 ON {TABLE_PREFIX}topics (topic_approved);
CREATE INDEX {TABLE_PREFIX}topics_key5 ON {TABLE_PREFIX}topics (forum_id, topic_approved, topic_last_post_id);
CREATE INDEX {TABLE_PREFIX}topics_key6 ON {TABLE_PREFIX}topics (forum_id, topic_last_post_time, topic_moved_id);

-- table: search_wordlist
-- Words of the board's own search index.
CREATE TABLE {TABLE_PREFIX}search_wordlist (
    word_id INTEGER NOT NULL,
    word_text VARCHAR(255) NOT NULL DEFAULT '',
    word_common SMALLINT NOT NULL DEFAULT 0,
    word_count INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (word_id)
);
CREATE UNIQUE INDEX {TABLE_PREFIX}search_wordlist_key1 ON {TABLE_PREFIX}search_wordlist (word_text);
CREATE INDEX {TABLE_PREFIX}search_wordlist_key2 ON {TABLE_PREFIX}search_wordlist (word_count);

-- table: search_wordmatch
-- Which words stand in a post, or in its title.
CREATE TABLE {TABLE_PREFIX}search_wordmatch (
    post_id INTEGER NOT NULL DEFAULT 0,
    word_id INTEGER NOT NULL DEFAULT 0,
    title_match SMALLINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX {TABLE_PREFIX}search_wordmatch_key1 ON {TABLE_PREFIX}search_wordmatch (word_id, post_id, title_match);
CREATE INDEX {TABLE_PREFIX}search_wordmatch_key2 ON {TABLE_PREFIX}search_wordmatch (word_id);
CREATE INDEX {TABLE_PREFIX}search_wordmatch_key3 ON {TABLE_PREFIX}search_wordmatch (post_id);

-- table: topics_posted
-- Who has written in a topic.
CREATE TABLE {TABLE_PREFIX}topics_posted (
    user_id INTEGER NOT NULL DEFAULT 0,
    topic_id INTEGER NOT NULL DEFAULT 0,
    topic_posted SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, topic_id)
);

-- table: topics_track
-- When a member last read a topic.
CREATE TABLE {TABLE_PREFIX}topics_track (
    user_id INTEGER NOT NULL DEFAULT 0,
    topic_id INTEGER NOT NULL DEFAULT 0,
    forum_id INTEGER NOT NULL DEFAULT 0,
    mark_time INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, topic_id)
);
CREATE INDEX {TABLE_PREFIX}topics_track_key1 ON {TABLE_PREFIX}topics_track (topic_id);
CREATE INDEX {TABLE_PREFIX}topics_track_key2 ON {TABLE_PREFIX}topics_track (forum_id);

-- table: topics_watch
-- Who is told of new posts in a topic.
CREATE TABLE {TABLE_PREFIX}topics_watch (
    topic_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    notify_status SMALLINT NOT NULL DEFAULT 0
);
CREATE INDEX {TABLE_PREFIX}topics_watch_key1 ON {TABLE_PREFIX}topics_watch (topic_id);
CREATE INDEX {TABLE_PREFIX}topics_watch_key2 ON {TABLE_PREFIX}topics_watch (user_id);
CREATE INDEX {TABLE_PREFIX}topics_watch_key3 ON {TABLE_PREFIX}topics_watch (notify_status);

-- table: posts
-- The posts themselves.
CREATE TABLE {TABLE_PREFIX}posts (
    post_id INTEGER NOT NULL,
    topic_id INTEGER NOT NULL DEFAULT 0,
    forum_id INTEGER NOT NULL DEFAULT 0,
    poster_id INTEGER NOT NULL DEFAULT 0,
    icon_id INTEGER NOT NULL DEFAULT 0,
    poster_ip VARCHAR(40) NOT NULL DEFAULT '',
    post_time INTEGER NOT NULL DEFAULT 0,
    post_approved SMALLINT NOT NULL DEFAULT 1,
    post_reported SMALLINT NOT NULL DEFAULT 0,
    enable_bbcode SMALLINT NOT NULL DEFAULT 1,
    enable_smilies SMALLINT NOT NULL DEFAULT 1,
    enable_magic_url SMALLINT NOT NULL DEFAULT 1,
    enable_sig SMALLINT NOT NULL DEFAULT 1,
    post_username VARCHAR(255) NOT NULL DEFAULT '',
    post_subject VARCHAR(255) NOT NULL DEFAULT '',
    post_text TEXT NOT NULL,
    post_checksum VARCHAR(32) NOT NULL DEFAULT '',
    post_attachment SMALLINT NOT NULL DEFAULT 0,
    bbcode_bitfield VARCHAR(255) NOT NULL DEFAULT '',
    bbcode_uid VARCHAR(8) NOT NULL DEFAULT '',
    post_postcount SMALLINT NOT NULL DEFAULT 1,
    post_edit_time INTEGER NOT NULL DEFAULT 0,
    post_edit_reason VARCHAR(255) NOT NULL DEFAULT '',
    post_edit_user INTEGER NOT NULL DEFAULT 0,
    post_edit_count SMALLINT NOT NULL DEFAULT 0,
    post_edit_locked SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (post_id)
);
CREATE INDEX {TABLE_PREFIX}posts_key1 ON {TABLE_PREFIX}posts (forum_id);
CREATE INDEX {TABLE_PREFIX}posts_key2 ON {TABLE_PREFIX}posts (topic_id);
CREATE INDEX {TABLE_PREFIX}posts_key3 ON {TABLE_PREFIX}posts (poster_ip);
CREATE INDEX {TABLE_PREFIX}posts_key4 ON {TABLE_PREFIX}posts (poster_id);
CREATE INDEX {TABLE_PREFIX}posts_key5 ON {TABLE_PREFIX}posts (post_approved);
CREATE INDEX {TABLE_PREFIX}posts_key6 ON {TABLE_PREFIX}posts (post_username);
CREATE INDEX {TABLE_PREFIX}posts_key7 ON {TABLE_PREFIX}posts (topic_id, post_time);

-- table: poll_options
-- Answers one may choose from.
CREATE TABLE {TABLE_PREFIX}poll_options (
    poll_option_id SMALLINT NOT NULL DEFAULT 0,
    topic_id INTEGER NOT NULL DEFAULT 0,
    poll_option_text TEXT NOT NULL,
    poll_option_total INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX {TABLE_PREFIX}poll_options_key1 ON {TABLE_PREFIX}poll_options (poll_option_id);
CREATE INDEX {TABLE_PREFIX}poll_options_key2 ON {TABLE_PREFIX}poll_options (topic_id);

-- table: poll_votes
-- Who voted for what.
CREATE TABLE {TABLE_PREFIX}poll_votes (
    topic_id INTEGER NOT NULL DEFAULT 0,
    poll_option_id SMALLINT NOT NULL DEFAULT 0,
    vote_user_id INTEGER NOT NULL DEFAULT 0,
    vote_user_ip VARCHAR(40) NOT NULL DEFAULT ''
);
CREATE INDEX {TABLE_PREFIX}poll_votes_key1 ON {TABLE_PREFIX}poll_votes (topic_id);
CREATE INDEX {TABLE_PREFIX}poll_votes_key2 ON {TABLE_PREFIX}poll_votes (vote_user_id);
CREATE INDEX {TABLE_PREFIX}poll_votes_key3 ON {TABLE_PREFIX}poll_votes (vote_user_ip);

-- table: attachments
-- Files of posts and private messages.
CREATE TABLE {TABLE_PREFIX}attachments (
    attach_id INTEGER NOT NULL,
    post_msg_id INTEGER NOT NULL DEFAULT 0,
    topic_id INTEGER NOT NULL DEFAULT 0,
    in_message SMALLINT NOT NULL DEFAULT 0,
    poster_id INTEGER NOT NULL DEFAULT 0,
    is_orphan SMALLINT NOT NULL DEFAULT 1,
    physical_filename VARCHAR(255) NOT NULL DEFAULT '',
    real_filename VARCHAR(255) NOT NULL DEFAULT '',
    download_count INTEGER NOT NULL DEFAULT 0,
    attach_comment TEXT NOT NULL,
    extension VARCHAR(100) NOT NULL DEFAULT '',
    mimetype VARCHAR(100) NOT NULL DEFAULT '',
    filesize INTEGER NOT NULL DEFAULT 0,
    filetime INTEGER NOT NULL DEFAULT 0,
    thumbnail SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (attach_id)
);
CREATE INDEX {TABLE_PREFIX}attachments_key1 ON {TABLE_PREFIX}attachments (filetime);
CREATE INDEX {TABLE_PREFIX}attachments_key2 ON {TABLE_PREFIX}attachments (post_msg_id);
CREATE INDEX {TABLE_PREFIX}attachments_key3 ON {TABLE_PREFIX}attachments (topic_id);
CREATE INDEX {TABLE_PREFIX}attachments_key4 ON {TABLE_PREFIX}attachments (poster_id);
CREATE INDEX {TABLE_PREFIX}attachments_key5 ON {TABLE_PREFIX}attachments (is_orphan);

-- table: extensions
-- File name extensions and the group that rules them.
CREATE TABLE {TABLE_PREFIX}extensions (
    extension_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL DEFAULT 0,
    extension VARCHAR(100) NOT NULL DEFAULT '',
    PRIMARY KEY (extension_id)
);

-- table: extension_groups
-- How attachments of a kind are shown.
CREATE TABLE {TABLE_PREFIX}extension_groups (
    group_id INTEGER NOT NULL,
    group_name VARCHAR(255) NOT NULL DEFAULT '',
    cat_id SMALLINT NOT NULL DEFAULT 0,
    allow_group SMALLINT NOT NULL DEFAULT 0,
    download_mode SMALLINT NOT NULL DEFAULT 1,
    upload_icon VARCHAR(255) NOT NULL DEFAULT '',
    max_filesize INTEGER NOT NULL DEFAULT 0,
    allowed_forums TEXT NOT NULL,
    allow_in_pm SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (group_id)
);

-- table: bbcodes
-- BBCodes that the board's owner made.
CREATE TABLE {TABLE_PREFIX}bbcodes (
    bbcode_id SMALLINT NOT NULL DEFAULT 0,
    bbcode_tag VARCHAR(16) NOT NULL DEFAULT '',
    bbcode_helpline VARCHAR(255) NOT NULL DEFAULT '',
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

-- table: smilies
-- Smilies and their pictures.
CREATE TABLE {TABLE_PREFIX}smilies (
    smiley_id INTEGER NOT NULL,
    code VARCHAR(50) NOT NULL DEFAULT '',
    emotion VARCHAR(50) NOT NULL DEFAULT '',
    smiley_url VARCHAR(50) NOT NULL DEFAULT '',
    smiley_width SMALLINT NOT NULL DEFAULT 0,
    smiley_height SMALLINT NOT NULL DEFAULT 0,
    smiley_order INTEGER NOT NULL DEFAULT 0,
    display_on_posting SMALLINT NOT NULL DEFAULT 1,
    PRIMARY KEY (smiley_id)
);
CREATE INDEX {TABLE_PREFIX}smilies_key1 ON {TABLE_PREFIX}smilies (display_on_posting);

-- table: words
-- Censored words and what stands in their place.
CREATE TABLE {TABLE_PREFIX}words (
    word_id INTEGER NOT NULL,
    word VARCHAR(255) NOT NULL DEFAULT '',
    replacement VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (word_id)
);

-- table: styles
-- How pages look.
CREATE TABLE {TABLE_PREFIX}styles (
    style_id INTEGER NOT NULL,
    style_name VARCHAR(255) NOT NULL DEFAULT '',
    style_copyright VARCHAR(255) NOT NULL DEFAULT '',
    style_active SMALLINT NOT NULL DEFAULT 1,
    template_id INTEGER NOT NULL DEFAULT 0,
    theme_id INTEGER NOT NULL DEFAULT 0,
    imageset_id INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (style_id)
);

-- table: styles_template
-- Templates of styles.
CREATE TABLE {TABLE_PREFIX}styles_template (
    template_id INTEGER NOT NULL,
    template_name VARCHAR(255) NOT NULL DEFAULT '',
    template_copyright VARCHAR(255) NOT NULL DEFAULT '',
    template_path VARCHAR(100) NOT NULL DEFAULT '',
    bbcode_bitfield VARCHAR(255) NOT NULL DEFAULT 'kNg=',
    template_storedb SMALLINT NOT NULL DEFAULT 0,
    template_inherits_id INTEGER NOT NULL DEFAULT 0,
    template_inherit_path VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (template_id)
);

-- table: ranks
-- Ranks by number of posts, and special ones.
CREATE TABLE {TABLE_PREFIX}ranks (
    rank_id INTEGER NOT NULL,
    rank_title VARCHAR(255) NOT NULL DEFAULT '',
    rank_min INTEGER NOT NULL DEFAULT 0,
    rank_special SMALLINT NOT NULL DEFAULT 0,
    rank_image VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (rank_id)
);

-- table: privmsgs
-- Private messages.
CREATE TABLE {TABLE_PREFIX}privmsgs (
    msg_id INTEGER NOT NULL,
    root_level INTEGER NOT NULL DEFAULT 0,
    author_id INTEGER NOT NULL DEFAULT 0,
    icon_id INTEGER NOT NULL DEFAULT 0,
    author_ip VARCHAR(40) NOT NULL DEFAULT '',
    message_time INTEGER NOT NULL DEFAULT 0,
    enable_bbcode SMALLINT NOT NULL DEFAULT 1,
    enable_smilies SMALLINT NOT NULL DEFAULT 1,
    enable_magic_url SMALLINT NOT NULL DEFAULT 1,
    enable_sig SMALLINT NOT NULL DEFAULT 1,
    message_subject VARCHAR(255) NOT NULL DEFAULT '',
    message_text TEXT NOT NULL,
    message_edit_reason VARCHAR(255) NOT NULL DEFAULT '',
    message_edit_user INTEGER NOT NULL DEFAULT 0,
    message_attachment SMALLINT NOT NULL DEFAULT 0,
    bbcode_bitfield VARCHAR(255) NOT NULL DEFAULT '',
    bbcode_uid VARCHAR(8) NOT NULL DEFAULT '',
    message_edit_time INTEGER NOT NULL DEFAULT 0,
    message_edit_count SMALLINT NOT NULL DEFAULT 0,
    to_address TEXT NOT NULL,
    bcc_address TEXT NOT NULL,
    message_reported SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (msg_id)
);
CREATE INDEX {TABLE_PREFIX}privmsgs_key1 ON {TABLE_PREFIX}privmsgs (author_ip);
CREATE INDEX {TABLE_PREFIX}privmsgs_key2 ON {TABLE_PREFIX}privmsgs (message_time);
CREATE INDEX {TABLE_PREFIX}privmsgs_key3 ON {TABLE_PREFIX}privmsgs (author_id);
CREATE INDEX {TABLE_PREFIX}privmsgs_key4 ON {TABLE_PREFIX}privmsgs (root_level);

-- table: privmsgs_to
-- A private message in somebody's folder.
CREATE TABLE {TABLE_PREFIX}privmsgs_to (
    msg_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    author_id INTEGER NOT NULL DEFAULT 0,
    pm_deleted SMALLINT NOT NULL DEFAULT 0,
    pm_new SMALLINT NOT NULL DEFAULT 1,
    pm_unread SMALLINT NOT NULL DEFAULT 1,
    pm_replied SMALLINT NOT NULL DEFAULT 0,
    pm_marked SMALLINT NOT NULL DEFAULT 0,
    pm_forwarded SMALLINT NOT NULL DEFAULT 0,
    folder_id INT NOT NULL DEFAULT 0
);
CREATE INDEX {TABLE_PREFIX}privmsgs_to_key1 ON {TABLE_PREFIX}privmsgs_to (msg_id);
CREATE INDEX {TABLE_PREFIX}privmsgs_to_key2 ON {TABLE_PREFIX}privmsgs_to (author_id);
CREATE INDEX {TABLE_PREFIX}privmsgs_to_key3 ON {TABLE_PREFIX}privmsgs_to (user_id, folder_id);

-- table: privmsgs_folder
-- Folders that people have made themselves.
CREATE TABLE {TABLE_PREFIX}privmsgs_folder (
    folder_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL DEFAULT 0,
    folder_name VARCHAR(255) NOT NULL DEFAULT '',
    pm_count INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (folder_id)
);
CREATE INDEX {TABLE_PREFIX}privmsgs_folder_key1 ON {TABLE_PREFIX}privmsgs_folder (user_id);

-- table: zebra
-- Friends and foes.
CREATE TABLE {TABLE_PREFIX}zebra (
    user_id INTEGER NOT NULL DEFAULT 0,
    zebra_id INTEGER NOT NULL DEFAULT 0,
    friend SMALLINT NOT NULL DEFAULT 0,
    foe SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, zebra_id)
);

-- table: profile_fields
-- Fields of the member's profile.
CREATE TABLE {TABLE_PREFIX}profile_fields (
    field_id INTEGER NOT NULL,
    field_name VARCHAR(255) NOT NULL DEFAULT '',
    field_type SMALLINT NOT NULL DEFAULT 0,
    field_ident VARCHAR(20) NOT NULL DEFAULT '',
    field_length VARCHAR(20) NOT NULL DEFAULT '',
    field_minlen VARCHAR(255) NOT NULL DEFAULT '',
    field_maxlen VARCHAR(255) NOT NULL DEFAULT '',
    field_novalue VARCHAR(255) NOT NULL DEFAULT '',
    field_default_value VARCHAR(255) NOT NULL DEFAULT '',
    field_validation VARCHAR(20) NOT NULL DEFAULT '',
    field_required SMALLINT NOT NULL DEFAULT 0,
    field_show_novalue SMALLINT NOT NULL DEFAULT 0,
    field_show_on_reg SMALLINT NOT NULL DEFAULT 0,
    field_show_on_vt SMALLINT NOT NULL DEFAULT 0,
    field_show_profile SMALLINT NOT NULL DEFAULT 0,
    field_hide SMALLINT NOT NULL DEFAULT 0,
    field_no_view SMALLINT NOT NULL DEFAULT 0,
    field_active SMALLINT NOT NULL DEFAULT 0,
    field_order INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (field_id)
);
CREATE INDEX {TABLE_PREFIX}profile_fields_key1 ON {TABLE_PREFIX}profile_fields (field_type);
CREATE INDEX {TABLE_PREFIX}profile_fields_key2 ON {TABLE_PREFIX}profile_fields (field_order);

-- table: profile_fields_data
-- What members entered, a pf_ column for each field.
CREATE TABLE {TABLE_PREFIX}profile_fields_data (
    user_id INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id)
);

-- table: profile_fields_lang
-- Texts of the options of a field.
CREATE TABLE {TABLE_PREFIX}profile_fields_lang (
    field_id INTEGER NOT NULL DEFAULT 0,
    lang_id INTEGER NOT NULL DEFAULT 0,
    option_id INTEGER NOT NULL DEFAULT 0,
    field_type SMALLINT NOT NULL DEFAULT 0,
    lang_value VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (field_id, lang_id, option_id)
);

-- table: profile_lang
-- Names of the fields.
CREATE TABLE {TABLE_PREFIX}profile_lang (
    field_id INTEGER NOT NULL DEFAULT 0,
    lang_id INTEGER NOT NULL DEFAULT 0,
    lang_name VARCHAR(255) NOT NULL DEFAULT '',
    lang_explain TEXT NOT NULL,
    lang_default_value VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (field_id, lang_id)
);

-- table: lang
-- Installed languages.
CREATE TABLE {TABLE_PREFIX}lang (
    lang_id SMALLINT NOT NULL,
    lang_iso VARCHAR(30) NOT NULL DEFAULT '',
    lang_dir VARCHAR(30) NOT NULL DEFAULT '',
    lang_english_name VARCHAR(100) NOT NULL DEFAULT '',
    lang_local_name VARCHAR(255) NOT NULL DEFAULT '',
    lang_author VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (lang_id)
);
CREATE INDEX {TABLE_PREFIX}lang_key1 ON {TABLE_PREFIX}lang (lang_iso);
