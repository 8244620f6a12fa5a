// The least program in Go: what its runtime asks of a system at start.
package main

import "os"

func main() {
	os.Stdout.WriteString("hello\n")
}
