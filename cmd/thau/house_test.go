package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the beginning of our import paths.
const module = "github.com/thau-cx/thau/"

// allowed is the law of docs/architecture.md: what each package may import of ours. A package that is not here fails.
var allowed = map[string][]string{
	"lexicons":                  nil,
	"stats":                     nil,
	"api/web":                   nil,
	"testdata":                  nil,
	"analyzer/learn/confidence": {"analyzer", "lexicons"},
	"insight":                   {"stats"},
	"health":                    {"stats"},
	"analyzer/segment":          {"lexicons"},
	"analyzer/segment/fit":      {"analyzer/segment", "lexicons"},
	"analyzer":                  {"lexicons", "analyzer/segment"},
	"analyzer/learn":            {"analyzer", "lexicons", "stats"},
	"analyzer/learn/fit":        {"analyzer", "analyzer/learn", "analyzer/segment", "lexicons", "stats"},
	"tagging":                   {"stats"},
	"feedback":                  {"analyzer", "analyzer/learn", "health", "insight", "lexicons", "tagging"},
	"feedback/feedbacktest":     {"feedback", "analyzer", "health"},
	"store":                     {"feedback", "analyzer", "health"},
	"index":                     {"feedback", "analyzer"},
	"intake":                    {"feedback"},
	"api":                       {"feedback", "intake", "api/web", "analyzer", "health", "insight"},
	"cmd/thau":                  {"api", "analyzer", "analyzer/learn", "feedback", "health", "index", "insight", "intake", "lexicons", "stats", "store", "tagging", "testdata"},
}

// tools are programs for whoever builds the project, not parts of it: like cmd they read arguments and exit.
var tools = []string{"cmd/thau", "analyzer/segment/fit", "analyzer/learn/fit", "analyzer/learn/confidence"}

// process is what only programs touch.
var process = []string{"Args", "Getenv", "LookupEnv", "Environ", "Exit"}

// TestHouse parses every source of the module and holds it to the law. It asks no go command, whose answers may be cached.
func TestHouse(t *testing.T) {
	packages := parseModule(t, filepath.Join("..", ".."))
	if len(packages) < 10 {
		t.Fatalf("only %d packages were found: the test looks in the wrong place", len(packages))
	}
	for name, files := range packages {
		imports, known := allowed[name]
		if !known {
			t.Errorf("package %s is not in the law", name)
		}
		comments := 0
		for file, f := range files {
			if f.Doc != nil {
				comments++
			}
			for _, spec := range f.Imports {
				target := strings.Trim(spec.Path.Value, `"`)
				if ours, ok := strings.CutPrefix(target, module); ok && !slices.Contains(imports, ours) {
					t.Errorf("%s imports %s, which %s may not", file, ours, name)
				}
			}
			if !slices.Contains(tools, name) {
				for _, use := range processUses(f) {
					t.Errorf("%s uses os.%s: only programs do", file, use)
				}
			}
		}
		if comments != 1 {
			t.Errorf("package %s has %d package comments, want one", name, comments)
		}
	}
}

// parseModule gives the sources of every package but for tests, by folder and file.
func parseModule(t *testing.T, root string) map[string]map[string]*ast.File {
	t.Helper()
	fset := token.NewFileSet()
	packages := map[string]map[string]*ast.File{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		base := path.Base(rel)
		if d.IsDir() {
			inner := path.Base(path.Dir(rel)) != "." && base == "testdata"
			if rel != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || inner) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, rel, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name := path.Dir(rel)
		if packages[name] == nil {
			packages[name] = map[string]*ast.File{}
		}
		packages[name][rel] = f
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// processUses finds what a file takes from package os that is the process's.
func processUses(f *ast.File) (uses []string) {
	name := ""
	for _, spec := range f.Imports {
		if spec.Path.Value == `"os"` {
			name = "os"
			if spec.Name != nil {
				name = spec.Name.Name
			}
		}
	}
	if name == "" {
		return nil
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name && slices.Contains(process, sel.Sel.Name) {
				uses = append(uses, sel.Sel.Name)
			}
		}
		return true
	})
	return uses
}

// TestHouseFinds proves that the test can fail.
func TestHouseFinds(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nimport system \"os\"\nfunc f() { system.Exit(1) }", 0)
	if err != nil {
		t.Fatal(err)
	}
	if uses := processUses(f); !slices.Equal(uses, []string{"Exit"}) {
		t.Errorf("got %v, want Exit", uses)
	}
}
