package googlechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/chat/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// checkTimeout bounds the calls to Pub/Sub, whose client retries by itself.
const checkTimeout = 15 * time.Second

// Finding is the result of one check: whether it passed, and in Spanish what was found or what to do.
type Finding struct {
	OK   bool
	Text string
}

func passed(format string, args ...any) Finding {
	return Finding{OK: true, Text: fmt.Sprintf(format, args...)}
}

func failed(format string, args ...any) Finding { return Finding{Text: fmt.Sprintf(format, args...)} }

// Check asks Google whether the bot can work: it checks the credentials, how events arrive, and the
// configured spaces.
func (a *Adapter) Check(ctx context.Context) []Finding {
	findings := []Finding{a.checkCredentials(ctx)}
	if !findings[0].OK {
		return findings
	}
	if a.usesPubSub() {
		findings = append(findings, a.checkSubscription(ctx))
	} else {
		findings = append(findings, a.checkEndpoint(ctx))
	}
	for _, c := range []struct{ variable, address string }{{"AGENT_CHANNEL", a.config.AgentChannel}, {"SECURITY_CHANNEL", a.config.SecurityChannel}} {
		if space := resourceName(c.address); space != "" {
			findings = append(findings, a.checkSpace(ctx, c.variable, space))
		}
	}
	return findings
}

func (a *Adapter) checkCredentials(ctx context.Context) Finding {
	err := a.call(ctx, func(ctx context.Context) error {
		_, err := a.api.Spaces.List().PageSize(1).Context(ctx).Do()
		return err
	})
	switch code := statusOf(err); {
	case code == http.StatusUnauthorized || errors.Is(err, errCredentials):
		return failed(checkCredentialsRefused)
	case code == http.StatusForbidden:
		return failed(checkCredentialsScope)
	case code != 0:
		return failed(checkChatFails, code)
	case err != nil:
		return failed(checkChatUnreachable)
	}
	return passed(checkCredentialsFine)
}

func (a *Adapter) checkEndpoint(ctx context.Context) Finding {
	if _, err := a.verifier.keys.key(ctx, "-"); errors.Is(err, errKeysUnavailable) {
		return failed(checkNoKeys)
	}
	switch {
	case a.config.AddonEmail != "":
		return passed(checkAddonEndpoint, a.config.Audience)
	case digits.MatchString(a.config.Audience):
		return passed(checkProjectEndpoint, a.config.Audience)
	}
	return passed(checkURLEndpoint, a.config.Audience)
}

func (a *Adapter) checkSubscription(ctx context.Context) Finding {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	client, err := a.newPubSubClient(ctx)
	if err != nil {
		return failed(checkPubSubUnreachable)
	}
	defer client.Close()
	s, err := client.SubscriptionAdminClient.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: a.config.Subscription})
	if status.Code(err) == codes.PermissionDenied {
		err = a.checkPull(ctx, client) // an account that may only pull may not read the subscription's settings
	}
	switch code := status.Code(err); {
	case code == codes.NotFound:
		return failed(checkNoSubscription, a.config.Subscription)
	case code == codes.PermissionDenied || code == codes.Unauthenticated:
		return failed(checkSubscriptionRefused, a.config.Subscription)
	case err != nil:
		return failed(checkPubSubFails, code)
	case s.GetPushConfig().GetPushEndpoint() != "":
		return failed(checkPushSubscription)
	}
	return passed(checkSubscriptionFine, a.config.Subscription)
}

// checkPull pulls once. It gives back a message that it receives.
func (a *Adapter) checkPull(ctx context.Context, client *pubsub.Client) error {
	ctx, cancel := context.WithTimeout(ctx, a.receiveTimes.grace)
	defer cancel()
	pulled, err := client.SubscriptionAdminClient.Pull(ctx, &pubsubpb.PullRequest{Subscription: a.config.Subscription, MaxMessages: 1})
	if status.Code(err) == codes.DeadlineExceeded || errors.Is(err, context.DeadlineExceeded) {
		return nil // no message arrived, and the pull was not refused
	}
	if err != nil {
		return err
	}
	var ackIDs []string
	for _, m := range pulled.GetReceivedMessages() {
		ackIDs = append(ackIDs, m.GetAckId())
	}
	if len(ackIDs) == 0 {
		return nil
	}
	return client.SubscriptionAdminClient.ModifyAckDeadline(ctx, &pubsubpb.ModifyAckDeadlineRequest{Subscription: a.config.Subscription, AckIds: ackIDs})
}

func (a *Adapter) checkSpace(ctx context.Context, variable, space string) Finding {
	var s *chat.Space
	err := a.call(ctx, func(ctx context.Context) (err error) {
		s, err = a.api.Spaces.Get(space).Context(ctx).Do()
		return err
	})
	switch code := statusOf(err); {
	case code == http.StatusNotFound || code == http.StatusForbidden:
		return failed(checkNoSpace, variable, space)
	case err != nil:
		return failed(checkSpaceFails, variable, space, cause(err))
	case s.SpaceType == spaceTypeDirect:
		return failed(checkSpaceDirect, variable, space)
	}
	members, external, err := a.countMembers(ctx, space)
	switch {
	case err != nil:
		return failed(checkMembersFail, variable, space, cause(err))
	case members == 0:
		return failed(checkNoMembers, variable, s.DisplayName)
	case external == members:
		return failed(checkOnlyExternal, variable, s.DisplayName)
	}
	text := fmt.Sprintf(checkMembers, variable, s.DisplayName, members)
	if members == 1 {
		text = fmt.Sprintf(checkOneMember, variable, s.DisplayName)
	}
	switch {
	case external == 1:
		text += checkOneExternal
	case external > 1:
		text += fmt.Sprintf(checkManyExternal, external)
	}
	return Finding{OK: true, Text: text}
}

// countMembers counts the people who are members of a space, and those of other organizations among them.
func (a *Adapter) countMembers(ctx context.Context, space string) (members, external int, err error) {
	err = a.eachMember(ctx, space, func(m *chat.Membership) {
		members++
		if isExternal(m) {
			external++
		}
	})
	return members, external, err
}

// cause is the HTTP status of a failed call, or that there was no answer.
func cause(err error) string {
	if code := statusOf(err); code != 0 {
		return strconv.Itoa(code)
	}
	return checkCauseNoAnswer
}
