-- What phpBB 4.0 has that phpBB 3.3 has not, or has in another form.

-- drop: banlist

-- drop config: allow_avatar_remote avatar_path upload_path
-- config:
--   allow_mentions = 1
--   storage\attachment\config\path = files
--   storage\avatar\config\path = images/avatars/upload

-- options: local
--   f_ f_announce f_announce_global f_attach f_bbcode f_bump f_delete f_download f_edit f_email
--   f_icons f_ignoreflood f_img f_list f_list_topics f_mention f_noapprove f_poll f_post
--   f_postcount f_print f_read f_reply f_report f_search f_sigs f_smilies f_sticky f_subscribe
--   f_user_lock f_vote f_votechg f_softdelete
-- options: global local
--   m_ m_approve m_chgposter m_delete m_edit m_info m_lock m_merge m_move m_report m_split
--   m_softdelete
-- options: global
--   m_ban m_pm_report m_warn a_ a_aauth a_attach a_authgroups a_authusers a_backup a_ban a_bbcode
--   a_board a_bots a_clearlogs a_email a_extensions a_fauth a_forum a_forumadd a_forumdel a_group
--   a_groupadd a_groupdel a_icons a_language a_mauth a_modules a_names a_phpinfo a_profile a_prune
--   a_ranks a_reasons a_roles a_search a_server a_storage a_styles a_switchperm a_uauth a_user
--   a_userdel a_viewauth a_viewlogs a_words u_ u_attach u_chgavatar u_chgcensors u_chgemail
--   u_chggrp u_chgname u_chgpasswd u_chgprofileinfo u_download u_emoji u_hideonline u_ignoreflood
--   u_masspm u_masspm_group u_mention u_pm_attach u_pm_bbcode u_pm_delete u_pm_download u_pm_edit
--   u_pm_emailpm u_pm_forward u_pm_img u_pm_printpm u_pm_smilies u_readpm u_savedrafts u_search
--   u_sendemail u_sendpm u_sig u_viewonline u_viewprofile

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
    user_last_active INTEGER NOT NULL DEFAULT 0,
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
    user_actkey VARCHAR(32) NOT NULL DEFAULT '',
    user_actkey_expiration INTEGER NOT NULL DEFAULT 0,
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

-- table: sessions
-- One row per visit, found by the id in the visitor's cookie.
CREATE TABLE {TABLE_PREFIX}sessions (
    session_id VARCHAR(32) NOT NULL DEFAULT '',
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

-- table: sessions_keys
-- Keys that sign a returning visitor in again; key_id is the md5 of the cookie's value.
CREATE TABLE {TABLE_PREFIX}sessions_keys (
    key_id VARCHAR(32) NOT NULL DEFAULT '',
    user_id INTEGER NOT NULL DEFAULT 0,
    last_ip VARCHAR(40) NOT NULL DEFAULT '',
    last_login INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (key_id, user_id)
);
CREATE INDEX {TABLE_PREFIX}sessions_keys_key1 ON {TABLE_PREFIX}sessions_keys (last_login);

-- table: bans
-- Bans by user id, address or e-mail.
CREATE TABLE {TABLE_PREFIX}bans (
    ban_id INTEGER NOT NULL,
    ban_userid INTEGER NOT NULL DEFAULT 0,
    ban_mode VARCHAR(255) NOT NULL DEFAULT '',
    ban_item VARCHAR(255) NOT NULL DEFAULT '',
    ban_start INTEGER NOT NULL DEFAULT 0,
    ban_end INTEGER NOT NULL DEFAULT 0,
    ban_reason VARCHAR(255) NOT NULL DEFAULT '',
    ban_reason_display VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (ban_id)
);
CREATE INDEX {TABLE_PREFIX}bans_key1 ON {TABLE_PREFIX}bans (ban_userid);
CREATE INDEX {TABLE_PREFIX}bans_key2 ON {TABLE_PREFIX}bans (ban_end);

-- table: forums_access
-- Which session has given the password of a forum.
CREATE TABLE {TABLE_PREFIX}forums_access (
    forum_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    session_id VARCHAR(32) NOT NULL DEFAULT '',
    PRIMARY KEY (forum_id, user_id, session_id)
);

-- table: extension_groups
-- How attachments of a kind are shown.
CREATE TABLE {TABLE_PREFIX}extension_groups (
    group_id INTEGER NOT NULL,
    group_name VARCHAR(255) NOT NULL DEFAULT '',
    cat_id SMALLINT NOT NULL DEFAULT 0,
    allow_group SMALLINT NOT NULL DEFAULT 0,
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
    bbcode_helpline TEXT NOT NULL,
    display_on_posting SMALLINT NOT NULL DEFAULT 0,
    bbcode_match TEXT NOT NULL,
    bbcode_tpl TEXT NOT NULL,
    first_pass_match TEXT NOT NULL,
    first_pass_replace TEXT NOT NULL,
    second_pass_match TEXT NOT NULL,
    second_pass_replace TEXT NOT NULL,
    bbcode_font_icon VARCHAR(64) NOT NULL DEFAULT '',
    PRIMARY KEY (bbcode_id)
);
CREATE INDEX {TABLE_PREFIX}bbcodes_key1 ON {TABLE_PREFIX}bbcodes (display_on_posting);

-- table: user_notifications
-- What a member wants to be told, and how.
CREATE TABLE {TABLE_PREFIX}user_notifications (
    item_type VARCHAR(165) NOT NULL DEFAULT '',
    item_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL DEFAULT 0,
    method VARCHAR(165) NOT NULL DEFAULT '',
    notify SMALLINT NOT NULL DEFAULT 1,
    id INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX {TABLE_PREFIX}user_notifications_key1 ON {TABLE_PREFIX}user_notifications (user_id);
CREATE INDEX {TABLE_PREFIX}user_notifications_key2 ON {TABLE_PREFIX}user_notifications (user_id, item_id);
CREATE INDEX {TABLE_PREFIX}user_notifications_key3 ON {TABLE_PREFIX}user_notifications (user_id, item_type, item_id);
CREATE UNIQUE INDEX {TABLE_PREFIX}user_notifications_key4 ON {TABLE_PREFIX}user_notifications (item_type, item_id, user_id, method);

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
    field_validation VARCHAR(128) NOT NULL DEFAULT '',
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
    pf_phpbb_location VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_youtube VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_icq VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_website VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_yahoo VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_facebook VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_skype VARCHAR(255) NOT NULL DEFAULT '',
    pf_phpbb_twitter VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (user_id)
);

-- table: oauth_states
-- Sign-ins by OAuth that are under way.
CREATE TABLE {TABLE_PREFIX}oauth_states (
    user_id INTEGER NOT NULL DEFAULT 0,
    session_id VARCHAR(32) NOT NULL DEFAULT '',
    provider VARCHAR(255) NOT NULL DEFAULT '',
    oauth_state VARCHAR(255) NOT NULL DEFAULT ''
);
CREATE INDEX {TABLE_PREFIX}oauth_states_key1 ON {TABLE_PREFIX}oauth_states (user_id);
CREATE INDEX {TABLE_PREFIX}oauth_states_key2 ON {TABLE_PREFIX}oauth_states (provider);
