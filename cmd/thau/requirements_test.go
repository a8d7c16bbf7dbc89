package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestRequirementsPage holds docs/requirements.md to what there is: every route with its parameters, every command, and every test, which
// must name its requirement.
func TestRequirementsPage(t *testing.T) {
	root := filepath.Join("..", "..")
	page := read(t, filepath.Join(root, "docs", "requirements.md"))
	routes, parameters := routesOf(t, filepath.Join(root, "api"))
	parser, err := kong.New(&commands{}, kong.Vars{"packs": ""})
	if err != nil {
		t.Fatal(err)
	}
	var found []int
	quoted := regexp.MustCompile("`([^`]+)`")
	for _, line := range strings.Split(page, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || !regexp.MustCompile(`^ R\d+ $`).MatchString(cells[1]) {
			continue
		}
		name := strings.TrimSpace(cells[1])
		n, err := strconv.Atoi(name[1:])
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, n)
		answers := 0
		for _, m := range quoted.FindAllStringSubmatch(cells[3], -1) {
			switch method, target, _ := strings.Cut(m[1], " "); {
			case method == "thau":
				answers++
				if node := commandNode(parser.Model.Node, strings.Fields(target)); node == nil {
					t.Errorf("%s: there is no command %s", name, m[1])
				}
			case strings.HasPrefix(target, "/"):
				answers++
				path, query, _ := strings.Cut(target, "?")
				if !slices.Contains(routes, method+" "+path) {
					t.Errorf("%s: there is no route %s %s", name, method, path)
				}
				for _, p := range strings.Split(query, "&") {
					if p, _, _ = strings.Cut(p, "="); p != "" && !strings.HasPrefix(p, "attr.") && !slices.Contains(parameters, p) {
						t.Errorf("%s: there is no parameter %s", name, p)
					}
				}
			}
		}
		tests := quoted.FindAllStringSubmatch(cells[4], -1)
		if answers == 0 || len(tests) == 0 {
			t.Errorf("%s has %d answers and %d tests", name, answers, len(tests))
		}
		for _, m := range tests {
			checkTest(t, root, name, m[1])
		}
	}
	var want []int
	for n := 1; n <= 35; n++ {
		if n != 30 && n != 31 { // text analytics and trends are the product at large
			want = append(want, n)
		}
	}
	if !slices.Equal(found, want) {
		t.Errorf("the page has %v, want %v", found, want)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// routesOf gives the routes that the router's source registers, and every query parameter of the handlers.
func routesOf(t *testing.T, api string) (routes, parameters []string) {
	t.Helper()
	source := read(t, filepath.Join(api, "router.go"))
	constants := map[string]string{}
	files, err := filepath.Glob(filepath.Join(api, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text := read(t, file)
		for _, m := range regexp.MustCompile(`(path\w+)\s*= "([^"]+)"`).FindAllStringSubmatch(text, -1) {
			constants[m[1]] = m[2]
		}
		for _, m := range regexp.MustCompile(`query:"([a-z_]+)`).FindAllStringSubmatch(text, -1) {
			parameters = append(parameters, m[1])
		}
	}
	methods := map[string]string{"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "remove": "DELETE"}
	for _, m := range regexp.MustCompile(`\b(get|post|put|patch|remove), (?:"([^"]+)"|(path\w+)), "`).FindAllStringSubmatch(source, -1) {
		path := m[2]
		if path == "" {
			path = constants[m[3]]
		}
		routes = append(routes, methods[m[1]]+" "+path)
	}
	if len(routes) < 20 || len(parameters) < 20 {
		t.Fatalf("only %d routes and %d parameters: the test looks in the wrong place", len(routes), len(parameters))
	}
	return routes, parameters
}

// commandNode gives the node of a command, nil where there is none.
func commandNode(node *kong.Node, words []string) *kong.Node {
	for _, w := range words {
		i := slices.IndexFunc(node.Children, func(c *kong.Node) bool { return c.Name == w })
		if i < 0 {
			return nil
		}
		node = node.Children[i]
	}
	return node
}

// checkTest checks that a test, written package.TestName/sub, exists, and that its file names the requirement.
func checkTest(t *testing.T, root, requirement, name string) {
	t.Helper()
	folder, test, ok := strings.Cut(name, ".")
	if !ok {
		t.Errorf("%s: %q is no package.TestName", requirement, name)
		return
	}
	test, sub, _ := strings.Cut(test, "/")
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text := read(t, file)
		if !strings.Contains(text, "func "+test+"(t *testing.T)") {
			continue
		}
		if sub != "" && !strings.Contains(text, strconv.Quote(sub)) {
			t.Errorf("%s: %s has no part %s", requirement, test, sub)
		}
		if sub == "" && !names(text, requirement) {
			t.Errorf("%s: the file of %s does not name it", requirement, name)
		}
		return
	}
	t.Errorf("%s: there is no test %s", requirement, name)
}

// names tells whether a text names a requirement, alone or within "R20 to R27".
func names(text, requirement string) bool {
	n, err := strconv.Atoi(requirement[1:])
	if err != nil {
		return false
	}
	for _, m := range regexp.MustCompile(`\bR(\d+)(?: to R(\d+))?\b`).FindAllStringSubmatch(text, -1) {
		first, _ := strconv.Atoi(m[1])
		last := first
		if m[2] != "" {
			last, _ = strconv.Atoi(m[2])
		}
		if first <= n && n <= last {
			return true
		}
	}
	return false
}
