package intake

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// SupportTicket is a support ticket as a helpdesk has it. Texts are plain or HTML.
type SupportTicket struct {
	ID           string            `json:"id,omitempty" doc:"with it the customer's messages are stored, each as a record of the thread id"`
	Subject      string            `json:"subject,omitempty"`
	Description  string            `json:"description,omitempty" doc:"what the requester wrote first; plain or HTML"`
	Conversation []SupportMessage  `json:"conversation,omitempty" doc:"what was written since, oldest first"`
	Requester    *SupportPerson    `json:"requester,omitempty"`
	Status       string            `json:"status,omitempty"`
	Priority     string            `json:"priority,omitempty"`
	Channel      string            `json:"channel,omitempty"`
	Lang         string            `json:"lang,omitempty" doc:"a hint, which only breaks ties"`
	AccountID    string            `json:"account_id,omitempty"`
	CreatedAt    *time.Time        `json:"created_at,omitempty"`
	UpdatedAt    *time.Time        `json:"updated_at,omitempty" doc:"of the ticket: an older state than the one kept changes nothing"`
	ResolvedAt   *time.Time        `json:"resolved_at,omitempty"`
	Tags         []string          `json:"tags,omitempty" doc:"set by people"`
	Attributes   map[string]string `json:"attributes,omitempty"`
}

// SupportPerson is who asked.
type SupportPerson struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// SupportMessage is one message of a conversation.
type SupportMessage struct {
	ID     string        `json:"id,omitempty"`
	Author SupportAuthor `json:"author"`
	Text   string        `json:"text" doc:"plain or HTML"`
	At     *time.Time    `json:"at,omitempty"`
}

// SupportAuthor is who wrote a message. Only customers' messages are read.
type SupportAuthor struct {
	Role string `json:"role,omitempty" doc:"customer (also requester, end_user, user, contact), agent (also admin, staff) or system (also bot); without it, customer where the id is the requester's"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// The names that helpdesks have for who writes.
var (
	customerRoles = []string{"customer", "requester", "end_user", "end-user", "enduser", "user", "contact", "lead", "visitor"}
	otherRoles    = []string{"agent", "admin", "staff", "operator", "teammate", "owner", "system", "bot", "note"}
)

// MaxMessages bounds a conversation.
const MaxMessages = 1000

// Drafts gives one draft a message of the customer, in their order: the subject and the description are the first. Quoted replies and
// signatures are left out, and so is a first message that repeats the description. The faults name fields of the ticket.
func (t *SupportTicket) Drafts() (drafts []feedback.Message, faults []*feedback.Error) {
	fault := func(field, format string, args ...any) {
		faults = append(faults, feedback.Errorf(feedback.CodeInvalid, field, format, args...))
	}
	if t.ID != "" {
		if msg := feedback.CheckID(t.ID); msg != "" {
			fault("id", "%s", msg)
		} else if len(t.ID) > maxTicketID {
			fault("id", "has %d bytes, a ticket's id at most %d", len(t.ID), maxTicketID)
		}
	}
	if len(t.Conversation) > MaxMessages {
		fault("conversation", "has %d messages, at most %d are taken", len(t.Conversation), MaxMessages)
		return nil, faults
	}
	first := ReadMessage(t.Description)
	if t.Subject != "" || first != "" {
		d := t.draft(0, "")
		d.Title, d.Text, d.CollectedAt = strings.TrimSpace(t.Subject), first, t.CreatedAt
		drafts = append(drafts, feedback.Message{Draft: d})
	}
	seen := map[string]bool{}
	for i := range t.Conversation {
		m := &t.Conversation[i]
		field := fmt.Sprintf("conversation[%d]", i)
		if m.ID != "" {
			if msg := feedback.CheckID(m.ID); msg != "" || len(m.ID) > maxTicketID {
				fault(field+".id", "is no id of 1 to %d printable bytes", maxTicketID)
			} else if seen[m.ID] {
				fault(field+".id", "stands in the conversation before")
			}
			seen[m.ID] = true
		}
		mine, known := t.isCustomer(m)
		if !known {
			fault(field+".author.role", "%q is none of customer, agent, system", m.Author.Role)
			continue
		}
		text := ""
		if mine {
			text = ReadMessage(m.Text)
		}
		if text == "" || i == 0 && text == first {
			continue
		}
		d := t.draft(i+1, m.ID)
		d.Text, d.CollectedAt = text, m.At
		if len(drafts) == 0 {
			d.Title = strings.TrimSpace(t.Subject)
		}
		drafts = append(drafts, feedback.Message{Draft: d, N: i + 1})
	}
	if len(drafts) == 0 && len(faults) == 0 {
		fault("description", "is empty, and the customer says nothing in the subject or the conversation either")
	}
	return drafts, faults
}

// maxTicketID leaves room for a message's number or id in the id of its record.
const maxTicketID = 120

// isCustomer tells whether the customer wrote a message; known is false where its role says nothing.
func (t *SupportTicket) isCustomer(m *SupportMessage) (mine, known bool) {
	role := strings.ToLower(strings.TrimSpace(m.Author.Role))
	switch {
	case slices.Contains(customerRoles, role):
		return true, true
	case slices.Contains(otherRoles, role):
		return false, true
	case role == "" && m.Author.ID != "" && t.Requester != nil && t.Requester.ID != "":
		return m.Author.ID == t.Requester.ID, true
	}
	return false, false
}

// draft begins the draft of a message: the description is number 0, the messages of the conversation count from 1.
func (t *SupportTicket) draft(n int, id string) feedback.Draft {
	d := feedback.Draft{
		Source: feedback.SourceTicket, Channel: t.Channel, Lang: t.Lang, AccountID: t.AccountID, ThreadID: t.ID, UpdatedAt: t.UpdatedAt,
		Tags: t.Tags, Attributes: t.Attributes,
	}
	if t.Requester != nil {
		if d.CustomerID = t.Requester.ID; d.CustomerID == "" {
			d.CustomerID = t.Requester.Email
		}
	}
	if t.Status != "" || t.Priority != "" || t.ResolvedAt != nil || t.ID != "" {
		d.Ticket = &feedback.Ticket{Status: t.Status, Priority: t.Priority, OpenedAt: t.CreatedAt, ResolvedAt: t.ResolvedAt}
	}
	if t.ID != "" {
		if id == "" {
			id = fmt.Sprint(n)
		}
		d.ID = t.ID + "/" + id
	}
	return d
}
