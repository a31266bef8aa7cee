// Package e2e has the tests of the whole program: through its commands, with fakes of the
// chats, in a browser, and in processes that are killed. It holds no code.
package e2e
