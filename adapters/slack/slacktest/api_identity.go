package slacktest

import "maps"

func authTest(ws *Workspace, _ args) (map[string]any, *refusal) {
	return map[string]any{
		"url": "https://" + ws.config.Domain + ".slack.com/", "team": ws.config.Domain, "user": ws.config.BotName,
		"team_id": ws.config.TeamID, "user_id": ws.config.BotUser, "bot_id": ws.config.BotID, "is_enterprise_install": false,
	}, nil
}

func botsInfo(ws *Workspace, a args) (map[string]any, *refusal) {
	if a.text("bot") != ws.config.BotID {
		return nil, refuse("bot_not_found")
	}
	bot := maps.Clone(ws.botProfile())
	bot["user_id"] = ws.config.BotUser
	delete(bot, "team_id")
	return map[string]any{"bot": bot}, nil
}

func teamInfo(ws *Workspace, _ args) (map[string]any, *refusal) {
	return map[string]any{"team": map[string]any{
		"id": ws.config.TeamID, "name": ws.config.Domain, "domain": ws.config.Domain, "email_domain": "",
	}}, nil
}

func (ws *Workspace) botProfile() map[string]any {
	icon := "https://a.slack-edge.com/80588/img/plugins/app/bot_48.png"
	return map[string]any{
		"id": ws.config.BotID, "deleted": false, "name": ws.config.BotName, "updated": float64(1607307935), "app_id": ws.config.AppID,
		"icons": map[string]any{"image_36": icon, "image_48": icon, "image_72": icon}, "team_id": ws.config.TeamID,
	}
}
