// Package web draws the pages of the user interface: templates, one style sheet, one script, and charts in SVG. It knows how things
// look and nothing of what they mean: what a page shows comes as a value whose fields its template names. There is no build step and
// nothing is loaded from elsewhere.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"mime"
	"path"
	"strings"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static
var staticFiles embed.FS

// AssetPrefix begins the paths of assets; the version that follows changes with their content, so that browsers may keep them forever.
const AssetPrefix = "/assets/"

// Policy is the Content-Security-Policy of every page: what it needs comes from here, and nothing on it runs but its script.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Frame is what stands around every page.
type Frame struct {
	Title string // of the page
	Here  string // the section that it belongs to: the path of its link in the menu
	Q     string // what the search box holds
	Body  any    // what the page's template shows
}

// pages are the templates by name, each laid into the layout.
var pages, version = load()

func load() (map[string]*template.Template, string) {
	sum := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := staticFiles.ReadFile(name)
		sum.Write(b)
		return err
	})
	if err != nil {
		panic(err) // embedded: a fault of the build
	}
	version := hex.EncodeToString(sum.Sum(nil))[:12]
	layout := template.Must(template.New("layout.html").Funcs(functions(version)).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html"))
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		panic(err)
	}
	pages := map[string]*template.Template{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name != "layout" && name != "parts" {
			pages[name] = template.Must(template.Must(layout.Clone()).ParseFS(templateFiles, file))
		}
	}
	return pages, version
}

// Render writes a page whole or not at all. It is safe for concurrent use.
func Render(w io.Writer, name string, f Frame) error { return execute(w, name, "layout.html", f) }

// RenderPart writes the part of a page that its template calls "part", for a script that puts it in place of the one there.
func RenderPart(w io.Writer, name string, f Frame) error { return execute(w, name, "part", f) }

func execute(w io.Writer, name, what string, f Frame) error {
	t, ok := pages[name]
	if !ok {
		return fmt.Errorf("there is no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, what, f); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Asset gives an embedded file by what follows AssetPrefix in its path; ok is false for another version and for no file.
func Asset(name string) (content []byte, mediaType string, ok bool) {
	v, file, found := strings.Cut(name, "/")
	if !found || v != version || !fs.ValidPath(file) {
		return nil, "", false
	}
	content, err := staticFiles.ReadFile("static/" + file)
	if err != nil {
		return nil, "", false
	}
	return content, mime.TypeByExtension(path.Ext(file)), true
}
