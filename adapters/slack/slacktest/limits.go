package slacktest

// Limits of the Web API and of Block Kit, in characters if no other unit is named.
const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	// maxModalInputs is stricter than Slack: a form with more than twenty inputs is a mistake.
	maxModalInputs    = 20
	maxText           = 40000 // chat.postMessage; Slack truncates without an error
	maxUpdateText     = 4000  // chat.update
	maxSectionText    = 3000
	maxField          = 2000
	maxFields         = 10
	maxHeader         = 150
	maxButton         = 75
	maxButtonValue    = 2000
	maxURL            = 3000
	maxActions        = 25
	maxContext        = 10
	maxOptions        = 100
	maxChecks         = 10 // options of radio buttons and checkboxes
	maxOverflow       = 5
	maxOptionText     = 75
	maxOptionValue    = 150
	maxDescription    = 75
	maxGroupLabel     = 75
	maxPlaceholder    = 150
	maxID             = 255 // block_id, action_id, callback_id, external_id
	maxLabel          = 2000
	maxInput          = 3000
	maxViewTitle      = 24
	maxPrivate        = 3000
	maxViewBytes      = 250_000
	maxViews          = 3 // in one stack
	maxConfirmTitle   = 100
	maxConfirmText    = 300
	maxConfirmButton  = 30
	maxAlt            = 2000
	maxMarkdown       = 12000 // all markdown blocks of a message together
	maxAttachments    = 20    // Slack allows 100 and advises 20
	maxTableRows      = 100
	maxTableColumns   = 20
	maxMetadataBytes  = 8000 // Slack's limit is not documented
	maxFiles          = 10
	maxSocketAnswer   = 20 * 1024 // bytes; Slack drops larger ones without an error
	maxSockets        = 10
	maxResponseURLs   = 5 // uses of one response_url
	maxReactionName   = 100
	maxLookupPage     = 1000
	maxSuggestedGroup = 100
)
