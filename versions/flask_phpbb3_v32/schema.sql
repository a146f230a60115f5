-- What phpBB 3.2 has that phpBB 3.1 has not, or has in another form.

-- config:
--   allow_board_notifications = 1
--   feed_limit = 10

-- options: local
--   f_ f_announce f_announce_global f_attach f_bbcode f_bump f_delete f_download f_edit f_email
--   f_flash f_icons f_ignoreflood f_img f_list f_list_topics f_noapprove f_poll f_post f_postcount
--   f_print f_read f_reply f_report f_search f_sigs f_smilies f_sticky f_subscribe f_user_lock
--   f_vote f_votechg f_softdelete
-- options: global local
--   m_ m_approve m_chgposter m_delete m_edit m_info m_lock m_merge m_move m_report m_split
--   m_softdelete
-- options: global
--   m_ban m_pm_report m_warn a_ a_aauth a_attach a_authgroups a_authusers a_backup a_ban a_bbcode
--   a_board a_bots a_clearlogs a_email a_extensions a_fauth a_forum a_forumadd a_forumdel a_group
--   a_groupadd a_groupdel a_icons a_jabber a_language a_mauth a_modules a_names a_phpinfo a_profile
--   a_prune a_ranks a_reasons a_roles a_search a_server a_styles a_switchperm a_uauth a_user
--   a_userdel a_viewauth a_viewlogs a_words u_ u_attach u_chgavatar u_chgcensors u_chgemail
--   u_chggrp u_chgname u_chgpasswd u_chgprofileinfo u_download u_emoji u_hideonline u_ignoreflood
--   u_masspm u_masspm_group u_pm_attach u_pm_bbcode u_pm_delete u_pm_download u_pm_edit
--   u_pm_emailpm u_pm_flash u_pm_forward u_pm_img u_pm_printpm u_pm_smilies u_readpm u_savedrafts
--   u_search u_sendemail u_sendim u_sendpm u_sig u_viewonline u_viewprofile

-- alter: user_notifications
ALTER item_type VARCHAR(165) NOT NULL DEFAULT ''
ALTER method VARCHAR(165) NOT NULL DEFAULT ''
CREATE INDEX {TABLE_PREFIX}user_notifications_key1 ON {TABLE_PREFIX}user_notifications (user_id);
CREATE INDEX {TABLE_PREFIX}user_notifications_key2 ON {TABLE_PREFIX}user_notifications (user_id, item_id);
CREATE INDEX {TABLE_PREFIX}user_notifications_key3 ON {TABLE_PREFIX}user_notifications (user_id, item_type, item_id);
CREATE UNIQUE INDEX {TABLE_PREFIX}user_notifications_key4 ON {TABLE_PREFIX}user_notifications (item_type, item_id, user_id, method);

-- alter: profile_fields_data
DROP pf_phpbb_wlm

-- table: oauth_states
-- Sign-ins by OAuth that are under way.
CREATE TABLE {TABLE_PREFIX}oauth_states (
    user_id INTEGER NOT NULL DEFAULT 0,
    session_id CHAR(32) NOT NULL DEFAULT '',
    provider VARCHAR(255) NOT NULL DEFAULT '',
    oauth_state VARCHAR(255) NOT NULL DEFAULT ''
);
CREATE INDEX {TABLE_PREFIX}oauth_states_key1 ON {TABLE_PREFIX}oauth_states (user_id);
CREATE INDEX {TABLE_PREFIX}oauth_states_key2 ON {TABLE_PREFIX}oauth_states (provider);
