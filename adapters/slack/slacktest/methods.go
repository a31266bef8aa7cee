package slacktest

// The arguments of the methods. Any other is refused, which finds misspelt names.
var (
	posting = map[string]kind{
		"channel": aString, "text": aString, "blocks": aList, "attachments": aList, "thread_ts": aTS, "reply_broadcast": aBool,
		"unfurl_links": aBool, "unfurl_media": aBool, "mrkdwn": aBool, "parse": aString, "link_names": aBool, "metadata": anObject,
		"username": aString, "icon_url": aString, "icon_emoji": aString,
	}
	paged = map[string]kind{"cursor": aString, "limit": anInt}
)

func plus(base map[string]kind, more map[string]kind) map[string]kind {
	all := map[string]kind{}
	for name, k := range base {
		all[name] = k
	}
	for name, k := range more {
		all[name] = k
	}
	return all
}

// methods are the methods of the Web API.
var methods map[string]method

func init() {
	ranged := plus(paged, map[string]kind{
		"channel": aString, "latest": aTS, "oldest": aString, "inclusive": aBool, "include_all_metadata": aBool,
	})
	reaction := map[string]kind{"channel": aString, "timestamp": aTS, "name": aString}
	methods = map[string]method{
		"auth.test": {tier: many, args: nil, do: authTest},
		"bots.info": {scope: "users:read", tier: tier3, args: map[string]kind{"bot": aString, "team_id": aString}, do: botsInfo},
		"team.info": {scope: "team:read", tier: tier3, args: map[string]kind{"team": aString}, do: teamInfo},

		"chat.postMessage":   {scope: "chat:write", tier: many, args: posting, do: postMessage},
		"chat.postEphemeral": {scope: "chat:write", tier: tier4, args: plus(posting, map[string]kind{"user": aString}), do: postEphemeral},
		"chat.update": {scope: "chat:write", tier: tier3, args: map[string]kind{
			"channel": aString, "ts": aTS, "text": aString, "blocks": aList, "attachments": aList, "metadata": anObject,
			"parse": aString, "link_names": aBool, "reply_broadcast": aBool, "mrkdwn": aBool, "unfurl_links": aBool, "unfurl_media": aBool,
		}, do: updateMessage},
		"chat.delete":       {scope: "chat:write", tier: tier3, args: map[string]kind{"channel": aString, "ts": aTS}, do: deleteMessage},
		"chat.getPermalink": {tier: many, args: map[string]kind{"channel": aString, "message_ts": aTS}, do: permalink},

		"conversations.open": {scope: "im:write", tier: tier3, args: map[string]kind{
			"channel": aString, "users": aString, "return_im": aBool, "prevent_creation": aBool,
		}, do: openConversation},
		"conversations.info": {tier: tier3, args: map[string]kind{
			"channel": aString, "include_locale": aBool, "include_num_members": aBool,
		}, do: conversationInfo},
		"conversations.members": {tier: tier4, args: plus(paged, map[string]kind{"channel": aString}), do: conversationMembers},
		"conversations.history": {tier: tier3, args: ranged, do: history},
		"conversations.replies": {tier: tier3, args: plus(ranged, map[string]kind{"ts": aTS}), do: replies},
		"conversations.join":    {scope: "channels:join", tier: tier3, args: map[string]kind{"channel": aString}, do: joinConversation},
		"conversations.list": {tier: tier2, args: plus(paged, map[string]kind{
			"exclude_archived": aBool, "types": aString, "team_id": aString,
		}), do: listConversations},
		"users.conversations": {tier: tier2, args: plus(paged, map[string]kind{
			"user": aString, "exclude_archived": aBool, "types": aString, "team_id": aString,
		}), do: listConversations},

		"users.info":            {scope: "users:read", tier: tier4, args: map[string]kind{"user": aString, "include_locale": aBool}, do: usersInfo},
		"users.lookupByEmail":   {scope: "users:read.email", tier: tier3, args: map[string]kind{"email": aString}, do: lookupByEmail},
		"users.list":            {scope: "users:read", tier: tier2, args: plus(paged, map[string]kind{"include_locale": aBool, "team_id": aString, "presence": aBool}), do: usersList},
		"usergroups.users.list": {scope: "usergroups:read", tier: tier2, args: map[string]kind{"usergroup": aString, "include_disabled": aBool, "team_id": aString}, do: groupUsers},

		"views.open":    {tier: tier4, args: map[string]kind{"trigger_id": aString, "view": anObject}, do: openView},
		"views.push":    {tier: tier4, args: map[string]kind{"trigger_id": aString, "view": anObject}, do: pushView},
		"views.update":  {tier: tier4, args: map[string]kind{"view": anObject, "view_id": aString, "external_id": aString, "hash": aString}, do: updateView},
		"views.publish": {tier: tier4, args: map[string]kind{"user_id": aString, "view": anObject, "hash": aString}, do: publishView},

		"files.getUploadURLExternal": {scope: "files:write", tier: tier4, args: map[string]kind{
			"filename": aString, "length": anInt, "alt_txt": aString, "snippet_type": aString,
		}, do: uploadURL},
		"files.completeUploadExternal": {scope: "files:write", tier: tier4, args: map[string]kind{
			"files": aList, "channel_id": aString, "channels": aString, "initial_comment": aString, "blocks": aList, "thread_ts": aTS,
		}, do: completeUpload},
		"files.info":   {scope: "files:read", tier: tier4, args: plus(paged, map[string]kind{"file": aString, "count": anInt, "page": anInt}), do: fileInfo},
		"files.delete": {scope: "files:write", tier: tier3, args: map[string]kind{"file": aString}, do: deleteFile},

		"reactions.add":    {scope: "reactions:write", tier: tier3, args: reaction, do: addReaction},
		"reactions.remove": {scope: "reactions:write", tier: tier2, args: reaction, do: removeReaction},
		"reactions.get":    {scope: "reactions:read", tier: tier3, args: map[string]kind{"channel": aString, "timestamp": aTS, "full": aBool}, do: getReactions},

		"apps.connections.open": {tier: maxSockets, app: true, args: nil, do: openConnection},
	}
}
