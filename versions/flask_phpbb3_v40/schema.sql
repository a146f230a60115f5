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

-- alter: users
DROP user_notify_type user_jabber
ADD user_last_active INTEGER NOT NULL DEFAULT 0
ADD user_actkey_expiration INTEGER NOT NULL DEFAULT 0

-- alter: sessions
ALTER session_id VARCHAR(32) NOT NULL DEFAULT ''

-- alter: sessions_keys
ALTER key_id VARCHAR(32) NOT NULL DEFAULT ''

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

-- alter: forums_access
ALTER session_id VARCHAR(32) NOT NULL DEFAULT ''

-- alter: extension_groups
DROP download_mode

-- alter: bbcodes
ADD bbcode_font_icon VARCHAR(64) NOT NULL DEFAULT ''

-- alter: user_notifications
ADD id INTEGER NOT NULL
PRIMARY KEY (id)

-- alter: profile_fields
ALTER field_validation VARCHAR(128) NOT NULL DEFAULT ''

-- alter: oauth_states
ALTER session_id VARCHAR(32) NOT NULL DEFAULT ''
