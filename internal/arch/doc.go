// Package arch has the test of which folder may import which. It holds no code.
package arch
