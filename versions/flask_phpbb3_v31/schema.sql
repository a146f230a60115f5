-- What phpBB 3.1 has that phpBB 3.0 has not, or has in another form.

-- drop config: board_dst
-- config:
--   allow_avatar_gravatar = 0
--   board_timezone = UTC
--   load_cpf_memberlist = 1
--   load_cpf_pm = 1
--   load_cpf_viewtopic = 1
--   load_notifications = 1
--   read_notification_expire_days = 30

-- options: local
--   f_ f_announce f_attach f_bbcode f_bump f_delete f_download f_edit f_email f_flash f_icons
--   f_ignoreflood f_img f_list f_noapprove f_poll f_post f_postcount f_print f_read f_reply
--   f_report f_search f_sigs f_smilies f_sticky f_subscribe f_user_lock f_vote f_votechg
--   f_softdelete
-- options: global local
--   m_ m_approve m_chgposter m_delete m_edit m_info m_lock m_merge m_move m_report m_split
--   m_softdelete
-- options: global
--   m_ban m_pm_report m_warn a_ a_aauth a_attach a_authgroups a_authusers a_backup a_ban a_bbcode
--   a_board a_bots a_clearlogs a_email a_extensions a_fauth a_forum a_forumadd a_forumdel a_group
--   a_groupadd a_groupdel a_icons a_jabber a_language a_mauth a_modules a_names a_phpinfo a_profile
--   a_prune a_ranks a_reasons a_roles a_search a_server a_styles a_switchperm a_uauth a_user
--   a_userdel a_viewauth a_viewlogs a_words u_ u_attach u_chgavatar u_chgcensors u_chgemail
--   u_chggrp u_chgname u_chgpasswd u_chgprofileinfo u_download u_hideonline u_ignoreflood u_masspm
--   u_masspm_group u_pm_attach u_pm_bbcode u_pm_delete u_pm_download u_pm_edit u_pm_emailpm
--   u_pm_flash u_pm_forward u_pm_img u_pm_printpm u_pm_smilies u_readpm u_savedrafts u_search
--   u_sendemail u_sendim u_sendpm u_sig u_viewonline u_viewprofile

-- table: config_text
-- Settings too long for config.
CREATE TABLE {TABLE_PREFIX}config_text (
    config_name VARCHAR(255) NOT NULL DEFAULT '',
    config_value TEXT NOT NULL,
    PRIMARY KEY (config_name)
);

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
    user_newpasswd VARCHAR(255) NOT NULL DEFAULT '',
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
    group_avatar_type VARCHAR(255) NOT NULL DEFAULT '',
    group_avatar_width SMALLINT NOT NULL DEFAULT 0,
    group_avatar_height SMALLINT NOT NULL DEFAULT 0,
    group_rank INTEGER NOT NULL DEFAULT 0,
    group_colour VARCHAR(6) NOT NULL DEFAULT '',
    group_sig_chars INTEGER NOT NULL DEFAULT 0,
    group_receive_pm SMALLINT NOT NULL DEFAULT 0,
    group_message_limit INTEGER NOT NULL DEFAULT 0,
    group_legend INTEGER NOT NULL DEFAULT 0,
    group_max_recipients INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (group_id)
);
CREATE INDEX {TABLE_PREFIX}groups_key1 ON {TABLE_PREFIX}groups (group_legend, group_name);

-- table: sessions
-- One row per visit, found by the id in the visitor's cookie.
CREATE TABLE {TABLE_PREFIX}sessions (
    session_id CHAR(32) NOT NULL DEFAULT '',
    session_user_id INTEGER NOT NULL DEFAULT 0,
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
    session_forum_id INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id)
);
CREATE INDEX {TABLE_PREFIX}sessions_key1 ON {TABLE_PREFIX}sessions (session_time);
CREATE INDEX {TABLE_PREFIX}sessions_key2 ON {TABLE_PREFIX}sessions (session_user_id);
CREATE INDEX {TABLE_PREFIX}sessions_key3 ON {TABLE_PREFIX}sessions (session_forum_id);

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

-- table: topics
-- Topics, with the data of their first and last post.
CREATE TABLE {TABLE_PREFIX}topics (
    topic_id INTEGER NOT NULL,
    forum_id INTEGER NOT NULL DEFAULT 0,
    icon_id INTEGER NOT NULL DEFAULT 0,
    topic_attachment SMALLINT NOT NULL DEFAULT 0,
    topic_reported SMALLINT NOT NULL DEFAULT 0,
    topic_title VARCHAR(255) NOT NULL DEFAULT '',
    topic_poster INTEGER NOT NULL DEFAULT 0,
    topic_time INTEGER NOT NULL DEFAULT 0,
    topic_time_limit INTEGER NOT NULL DEFAULT 0,
    topic_views INTEGER NOT NULL DEFAULT 0,
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
    topic_visibility SMALLINT NOT NULL DEFAULT 0,
    topic_delete_time INTEGER NOT NULL DEFAULT 0,
    topic_delete_reason VARCHAR(255) NOT NULL DEFAULT '',
    topic_delete_user INTEGER NOT NULL DEFAULT 0,
    topic_posts_approved INTEGER NOT NULL DEFAULT 0,
    topic_posts_unapproved INTEGER NOT NULL DEFAULT 0,
    topic_posts_softdeleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (topic_id)
);
CREATE INDEX {TABLE_PREFIX}topics_key1 ON {TABLE_PREFIX}topics (forum_id);
CREATE INDEX {TABLE_PREFIX}topics_key2 ON {TABLE_PREFIX}topics (forum_id, topic_type);
CREATE INDEX {TABLE_PREFIX}topics_key3 ON {TABLE_PREFIX}topics (topic_last_post_time);
CREATE INDEX {TABLE_PREFIX}topics_key4 ON {TABLE_PREFIX}topics (forum_id, topic_last_post_time, topic_moved_id);
CREATE INDEX {TABLE_PREFIX}topics_key5 ON {TABLE_PREFIX}topics (topic_visibility);
CREATE INDEX {TABLE_PREFIX}topics_key6 ON {TABLE_PREFIX}topics (forum_id, topic_visibility, topic_last_post_id);
CREATE INDEX {TABLE_PREFIX}topics_key7 ON {TABLE_PREFIX}topics (forum_id, topic_last_post_time, topic_last_post_id, topic_moved_id);

-- table: topics_track
-- When a member last read a topic.
CREATE TABLE {TABLE_PREFIX}topics_track (
    user_id INTEGER NOT NULL DEFAULT 0,
    topic_id INTEGER NOT NULL DEFAULT 0,
    forum_id INTEGER NOT NULL DEFAULT 0,
    mark_time INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, topic_id)
);
CREATE INDEX {TABLE_PREFIX}topics_track_key1 ON {TABLE_PREFIX}topics_track (forum_id);
CREATE INDEX {TABLE_PREFIX}topics_track_key2 ON {TABLE_PREFIX}topics_track (topic_id);

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
    post_visibility SMALLINT NOT NULL DEFAULT 0,
    post_delete_time INTEGER NOT NULL DEFAULT 0,
    post_delete_reason VARCHAR(255) NOT NULL DEFAULT '',
    post_delete_user INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (post_id)
);
CREATE INDEX {TABLE_PREFIX}posts_key1 ON {TABLE_PREFIX}posts (forum_id);
CREATE INDEX {TABLE_PREFIX}posts_key2 ON {TABLE_PREFIX}posts (topic_id);
CREATE INDEX {TABLE_PREFIX}posts_key3 ON {TABLE_PREFIX}posts (poster_ip);
CREATE INDEX {TABLE_PREFIX}posts_key4 ON {TABLE_PREFIX}posts (poster_id);
CREATE INDEX {TABLE_PREFIX}posts_key5 ON {TABLE_PREFIX}posts (topic_id, post_time);
CREATE INDEX {TABLE_PREFIX}posts_key6 ON {TABLE_PREFIX}posts (post_username);
CREATE INDEX {TABLE_PREFIX}posts_key7 ON {TABLE_PREFIX}posts (post_visibility);

-- table: smilies
-- Smilies and their pictures.
CREATE TABLE {TABLE_PREFIX}smilies (
    smiley_id INTEGER NOT NULL,
    code VARCHAR(50) NOT NULL DEFAULT '',
    emotion VARCHAR(255) NOT NULL DEFAULT '',
    smiley_url VARCHAR(50) NOT NULL DEFAULT '',
    smiley_width SMALLINT NOT NULL DEFAULT 0,
    smiley_height SMALLINT NOT NULL DEFAULT 0,
    smiley_order INTEGER NOT NULL DEFAULT 0,
    display_on_posting SMALLINT NOT NULL DEFAULT 1,
    PRIMARY KEY (smiley_id)
);
CREATE INDEX {TABLE_PREFIX}smilies_key1 ON {TABLE_PREFIX}smilies (display_on_posting);

-- table: notifications
-- What the bell shows.
CREATE TABLE {TABLE_PREFIX}notifications (
    notification_id INTEGER NOT NULL,
    notification_type_id SMALLINT NOT NULL DEFAULT 0,
    item_id INTEGER NOT NULL DEFAULT 0,
    item_parent_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    notification_read SMALLINT NOT NULL DEFAULT 0,
    notification_time INTEGER NOT NULL DEFAULT 1,
    notification_data TEXT NOT NULL,
    PRIMARY KEY (notification_id)
);
CREATE INDEX {TABLE_PREFIX}notifications_key1 ON {TABLE_PREFIX}notifications (notification_type_id, item_id);
CREATE INDEX {TABLE_PREFIX}notifications_key2 ON {TABLE_PREFIX}notifications (user_id, notification_read);

-- table: notification_types
-- Kinds of notifications; rows of a disabled kind are not counted.
CREATE TABLE {TABLE_PREFIX}notification_types (
    notification_type_id SMALLINT NOT NULL,
    notification_type_name VARCHAR(255) NOT NULL DEFAULT '',
    notification_type_enabled SMALLINT NOT NULL DEFAULT 1,
    PRIMARY KEY (notification_type_id)
);
CREATE UNIQUE INDEX {TABLE_PREFIX}notification_types_key1 ON {TABLE_PREFIX}notification_types (notification_type_name);

-- table: user_notifications
-- What a member wants to be told, and how.
CREATE TABLE {TABLE_PREFIX}user_notifications (
    item_type VARCHAR(255) NOT NULL DEFAULT '',
    item_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    method VARCHAR(255) NOT NULL DEFAULT '',
    notify SMALLINT NOT NULL DEFAULT 1
);

-- table: profile_fields
-- Fields of the member's profile.
CREATE TABLE {TABLE_PREFIX}profile_fields (
    field_id INTEGER NOT NULL,
    field_name VARCHAR(255) NOT NULL DEFAULT '',
    field_type VARCHAR(100) NOT NULL DEFAULT '',
    field_ident VARCHAR(20) NOT NULL DEFAULT '',
    field_length VARCHAR(20) NOT NULL DEFAULT '',
    field_minlen VARCHAR(255) NOT NULL DEFAULT '',
    field_maxlen VARCHAR(255) NOT NULL DEFAULT '',
    field_novalue VARCHAR(255) NOT NULL DEFAULT '',
    field_default_value VARCHAR(255) NOT NULL DEFAULT '',
    field_validation VARCHAR(64) NOT NULL DEFAULT '',
    field_required SMALLINT NOT NULL DEFAULT 0,
    field_show_on_reg SMALLINT NOT NULL DEFAULT 0,
    field_hide SMALLINT NOT NULL DEFAULT 0,
    field_no_view SMALLINT NOT NULL DEFAULT 0,
    field_active SMALLINT NOT NULL DEFAULT 0,
    field_order INTEGER NOT NULL DEFAULT 0,
    field_show_profile SMALLINT NOT NULL DEFAULT 0,
    field_show_on_vt SMALLINT NOT NULL DEFAULT 0,
    field_show_novalue SMALLINT NOT NULL DEFAULT 0,
    field_show_on_pm SMALLINT NOT NULL DEFAULT 0,
    field_show_on_ml SMALLINT NOT NULL DEFAULT 0,
    field_is_contact SMALLINT NOT NULL DEFAULT 0,
    field_contact_desc VARCHAR(255) NOT NULL DEFAULT '',
    field_contact_url VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (field_id)
);
CREATE INDEX {TABLE_PREFIX}profile_fields_key1 ON {TABLE_PREFIX}profile_fields (field_type);
CREATE INDEX {TABLE_PREFIX}profile_fields_key2 ON {TABLE_PREFIX}profile_fields (field_order);

-- table: profile_fields_data
-- What members entered, a pf_ column for each field.
CREATE TABLE {TABLE_PREFIX}profile_fields_data (
    user_id INTEGER NOT NULL DEFAULT 0,
    pf_phpbb_interests TEXT NOT NULL,
    pf_phpbb_occupation TEXT NOT NULL,
    pf_phpbb_facebook VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_googleplus VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_icq VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_location VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_skype VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_twitter VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_website VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_wlm VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_yahoo VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_youtube VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_aol VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (user_id)
);

-- table: profile_fields_lang
-- Texts of the options of a field.
CREATE TABLE {TABLE_PREFIX}profile_fields_lang (
    field_id INTEGER NOT NULL DEFAULT 0,
    lang_id INTEGER NOT NULL DEFAULT 0,
    option_id INTEGER NOT NULL DEFAULT 0,
    field_type VARCHAR(100) NOT NULL DEFAULT '',
    lang_value VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (field_id, lang_id, option_id)
);

-- table: ext
-- Extensions of phpBB, enabled or not.
CREATE TABLE {TABLE_PREFIX}ext (
    ext_name VARCHAR(255) NOT NULL DEFAULT '',
    ext_active SMALLINT NOT NULL DEFAULT 0,
    ext_state TEXT NOT NULL
);
CREATE UNIQUE INDEX {TABLE_PREFIX}ext_key1 ON {TABLE_PREFIX}ext (ext_name);

-- table: migrations
-- Which changes of the database phpBB has made.
CREATE TABLE {TABLE_PREFIX}migrations (
    migration_name VARCHAR(255) NOT NULL DEFAULT '',
    migration_depends_on TEXT NOT NULL,
    migration_schema_done SMALLINT NOT NULL DEFAULT 0,
    migration_data_done SMALLINT NOT NULL DEFAULT 0,
    migration_data_state TEXT NOT NULL,
    migration_start_time INTEGER NOT NULL DEFAULT 0,
    migration_end_time INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (migration_name)
);
