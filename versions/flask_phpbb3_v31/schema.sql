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

-- alter: users
DROP user_pass_convert user_dst user_from user_icq user_aim user_yim user_msnm user_website user_occ
DROP user_interests
ALTER user_password VARCHAR(255) NOT NULL DEFAULT ''
ALTER user_timezone VARCHAR(100) NOT NULL DEFAULT ''
ALTER user_dateformat VARCHAR(64) NOT NULL DEFAULT 'd M Y H:i'
ALTER user_avatar_type VARCHAR(255) NOT NULL DEFAULT ''
ALTER user_newpasswd VARCHAR(255) NOT NULL DEFAULT ''

-- alter: groups
ALTER group_avatar_type VARCHAR(255) NOT NULL DEFAULT ''
ALTER group_legend INTEGER NOT NULL DEFAULT 0

-- alter: forums
DROP forum_posts forum_topics forum_topics_real
ALTER forum_password VARCHAR(255) NOT NULL DEFAULT ''
ADD enable_shadow_prune SMALLINT NOT NULL DEFAULT 0
ADD prune_shadow_days INTEGER NOT NULL DEFAULT 7
ADD prune_shadow_freq INTEGER NOT NULL DEFAULT 1
ADD prune_shadow_next INT NOT NULL DEFAULT 0
ADD forum_posts_approved INTEGER NOT NULL DEFAULT 0
ADD forum_posts_unapproved INTEGER NOT NULL DEFAULT 0
ADD forum_posts_softdeleted INTEGER NOT NULL DEFAULT 0
ADD forum_topics_approved INTEGER NOT NULL DEFAULT 0
ADD forum_topics_unapproved INTEGER NOT NULL DEFAULT 0
ADD forum_topics_softdeleted INTEGER NOT NULL DEFAULT 0

-- alter: topics
DROP topic_approved topic_replies topic_replies_real
DROP INDEX topics_key4
DROP INDEX topics_key5
ADD topic_visibility SMALLINT NOT NULL DEFAULT 0
ADD topic_delete_time INTEGER NOT NULL DEFAULT 0
ADD topic_delete_reason VARCHAR(255) NOT NULL DEFAULT ''
ADD topic_delete_user INTEGER NOT NULL DEFAULT 0
ADD topic_posts_approved INTEGER NOT NULL DEFAULT 0
ADD topic_posts_unapproved INTEGER NOT NULL DEFAULT 0
ADD topic_posts_softdeleted INTEGER NOT NULL DEFAULT 0
CREATE INDEX {TABLE_PREFIX}topics_key4 ON {TABLE_PREFIX}topics (topic_visibility);
CREATE INDEX {TABLE_PREFIX}topics_key5 ON {TABLE_PREFIX}topics (forum_id, topic_visibility, topic_last_post_id);
CREATE INDEX {TABLE_PREFIX}topics_key7 ON {TABLE_PREFIX}topics (forum_id, topic_last_post_time, topic_last_post_id, topic_moved_id);

-- alter: posts
DROP post_approved
DROP INDEX posts_key5
ADD post_visibility SMALLINT NOT NULL DEFAULT 0
ADD post_delete_time INTEGER NOT NULL DEFAULT 0
ADD post_delete_reason VARCHAR(255) NOT NULL DEFAULT ''
ADD post_delete_user INTEGER NOT NULL DEFAULT 0
CREATE INDEX {TABLE_PREFIX}posts_key5 ON {TABLE_PREFIX}posts (post_visibility);

-- alter: smilies
ALTER emotion VARCHAR(255) NOT NULL DEFAULT ''

-- drop: styles_template

-- alter: styles
DROP template_id theme_id imageset_id
ADD style_path VARCHAR(100) NOT NULL DEFAULT ''
ADD bbcode_bitfield VARCHAR(255) NOT NULL DEFAULT 'kNg='
ADD style_parent_id INTEGER NOT NULL DEFAULT 0
ADD style_parent_tree TEXT NOT NULL

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

-- alter: profile_fields
ALTER field_type VARCHAR(100) NOT NULL DEFAULT ''
ALTER field_validation VARCHAR(64) NOT NULL DEFAULT ''
ADD field_show_on_pm SMALLINT NOT NULL DEFAULT 0
ADD field_show_on_ml SMALLINT NOT NULL DEFAULT 0
ADD field_is_contact SMALLINT NOT NULL DEFAULT 0
ADD field_contact_desc VARCHAR(255) NOT NULL DEFAULT ''
ADD field_contact_url VARCHAR(255) NOT NULL DEFAULT ''

-- alter: profile_fields_data
ADD pf_phpbb_interests TEXT NOT NULL
ADD pf_phpbb_occupation TEXT NOT NULL
ADD pf_phpbb_facebook VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_googleplus VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_icq VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_location VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_skype VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_twitter VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_website VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_wlm VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_yahoo VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_youtube VARCHAR(255) NOT NULL DEFAULT ''
ADD pf_phpbb_aol VARCHAR(255) NOT NULL DEFAULT ''

-- alter: profile_fields_lang
ALTER field_type VARCHAR(100) NOT NULL DEFAULT ''

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
