package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestCorkedAnswers sends requests one by one, several before the first answer, and one that ends the connection: each is answered in full.
func TestCorkedAnswers(t *testing.T) {
	srv := served(New(newHouse(t).Service, onLoopback))
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	text := strings.Repeat("Giao hàng chậm quá, nhân viên không nghe máy. ", 10)
	body := fmt.Sprintf(`{"text":%q}`, text)
	request := func(path, header string) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s", path, header, len(body), body)
	}
	answered := func(want int) string {
		t.Helper()
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != want || len(got) < 100 {
			t.Fatal(resp.Status, err, string(got))
		}
		return string(got)
	}
	var first string
	for _, n := range []int{1, 1, 3, 1} {
		if _, err := io.WriteString(conn, strings.Repeat(request(pathAnalyze, ""), n)); err != nil {
			t.Fatal(err)
		}
		for range n {
			got := answered(200)
			if first == "" {
				first = got
			}
			if got != first {
				t.Fatal("another answer to the same text")
			}
		}
	}
	if _, err := io.WriteString(conn, request("/v1/nothing", "")+request(pathAnalyze, "Connection: close\r\n")); err != nil {
		t.Fatal(err)
	}
	answered(404)
	if got := answered(200); got != first {
		t.Fatal("another answer to the same text")
	}
	if _, err := in.ReadByte(); err != io.EOF {
		t.Fatal("the connection stays open", err)
	}
}
