package web

import (
	"slices"

	"helptic/bot"
)

// The queries of this file answer only with what a person may read.

// inRoom reports whether a person may read and write in a room.
func (s *projection) inRoom(p person, room string) bool {
	return room == p.ID && p.ID != "" || p.Role.inChannels() && slices.Contains(s.channels, room)
}

// mayRead reports whether a person may read a message. The caller holds the lock.
func (s *projection) mayRead(p person, m *message) bool {
	if !s.inRoom(p, m.room) || m.ephemeralFor != "" && m.ephemeralFor != p.ID {
		return false
	}
	if root, ok := s.messages[m.thread]; ok {
		return root.ephemeralFor == "" || root.ephemeralFor == p.ID
	}
	return true
}

// message is a copy of a message that a person may read.
func (s *projection) message(p person, number int64) (message, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m, ok := s.messages[number]
	if !ok || !s.mayRead(p, m) {
		return message{}, false
	}
	return *m, true
}

// hasAction reports whether a message offers an action, or offered it before an edit. The flows
// decide what an outdated action still does.
func (s *projection) hasAction(p person, number int64, a action) (room string, readable, offered bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m, ok := s.messages[number]
	if !ok || !s.mayRead(p, m) {
		return "", false, false
	}
	return m.room, true, m.actions[a]
}

// readableFile is a file that a person uploaded, or that a message they may read carries now.
func (s *projection) readableFile(p person, id string) (bot.File, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f, ok := s.files[id]
	if !ok {
		return bot.File{}, false
	}
	if f.uploaders[p.ID] {
		return f.file, true
	}
	for _, number := range f.messages {
		m := s.messages[number]
		if !s.mayRead(p, m) {
			continue
		}
		for _, file := range m.content.allFiles() {
			if file.ID == id {
				return file, true
			}
		}
	}
	return bot.File{}, false
}

// page are the messages of a room, or of a thread of it, that a person may read and that come
// before a message (0: the newest ones), oldest first. Root messages come with the newest
// replies of their threads.
func (s *projection) page(p person, room string, thread, before int64) (views []messageView, earlier bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	numbers, limit := s.rooms[room], pageMessages
	if thread != 0 {
		root, ok := s.messages[thread]
		if !ok || root.room != room || !s.mayRead(p, root) {
			return []messageView{}, false
		}
		numbers, limit = root.replies, pageReplies
	}
	newest := s.newest(p, numbers, before, limit+1)
	if earlier = len(newest) > limit; earlier {
		newest = newest[1:]
	}
	views = make([]messageView, 0, len(newest))
	for _, m := range newest {
		views = append(views, s.view(p, m))
		for _, reply := range s.newest(p, m.replies, 0, pageReplies) {
			views = append(views, reply.view())
		}
	}
	return views, earlier
}

// newest are the newest messages that a person may read, oldest first, of those before a number
// (0: of all). The caller holds the lock.
func (s *projection) newest(p person, numbers []int64, before int64, limit int) []*message {
	end := len(numbers)
	for end > 0 && before != 0 && numbers[end-1] >= before {
		end--
	}
	found := make([]*message, 0, min(limit, end))
	for i := end - 1; i >= 0 && len(found) < limit; i-- {
		if m := s.messages[numbers[i]]; s.mayRead(p, m) {
			found = append(found, m)
		}
	}
	slices.Reverse(found)
	return found
}

// view is a message with the number of replies that a person may read. The caller holds the lock.
func (s *projection) view(p person, m *message) messageView {
	v := m.view()
	v.Replies = s.replies(p, m)
	return v
}

// replies is how many replies a person may read. The caller holds the lock.
func (s *projection) replies(p person, root *message) int {
	n := 0
	for _, number := range root.replies {
		if s.mayRead(p, s.messages[number]) {
			n++
		}
	}
	return n
}
