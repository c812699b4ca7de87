package mapping

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"

	"ferry/extract/strictyaml"
)

// Bounds on an expression.
const (
	maxExpression = 4096 // letters
	maxNodes      = 500
)

// config is what expr-lang's parser and checker know of a scope.
func (s *scope) config() *conf.Config {
	if s.conf != nil {
		return s.conf
	}
	c := conf.CreateNew()
	c.MaxNodes = maxNodes
	env := types.Map{}
	for _, name := range s.names() {
		_, t := s.lookup(name)
		env[name] = t.checked()
	}
	c.WithEnv(env)
	for _, b := range builtin.Builtins {
		if !slices.Contains(native, b.Name) && !slices.Contains(predicates, b.Name) {
			delete(c.Builtins, b.Name)
			c.Disabled[b.Name] = true
		}
	}
	for _, f := range known().functions {
		signature(f)(c)
	}
	for _, name := range known().names {
		if _, field := s.lookup(name); field == nil {
			continue
		}
		if f, ok := known().functions[name]; ok {
			f.Name += calledSuffix
			signature(f)(c)
		} else if slices.Contains(native, name) {
			c.Functions[name+calledSuffix] = builtin.Builtins[builtin.Index[name]]
		}
	}
	never := func(...any) (any, error) { return nil, errors.New("not called") }
	expr.Function("isnull", never, new(func(any) bool))(c)
	expr.Function("custom", never, new(func(string) string))(c)
	expr.Function("ref", never, new(func(string, ...any) any))(c)
	expr.Function("find", never, new(func(string, map[string]any) any))(c)
	expr.Function("placeholder", never, new(func(string) any))(c)
	s.conf = c
	return c
}

// parsed is an expression with its place in the file.
type parsed struct {
	node ast.Node
	at   *strictyaml.Node
	text string
	raw  string // the line of the file it stands in
	bad  bool
}

// parse reads and type-checks an expression; nil where it is wrong, which has
// then been said.
func (s *scope) parse(at *strictyaml.Node, text string) *parsed {
	p := &parsed{at: at, text: text, raw: s.check.line(at.Line)}
	if len(text) > maxExpression {
		at.Problem(fmt.Sprintf("the expression is longer than %d letters", maxExpression), "use a value map, a lookup file or several fields")
		return nil
	}
	tree, err := p.tree(s)
	if err != nil {
		p.complain(s, err)
		return nil
	}
	p.node = tree.Node
	s.unknown(p)
	if p.bad {
		return nil
	}
	if _, err := checker.Check(tree, s.config()); err != nil {
		p.complain(s, err)
		return nil
	}
	return p
}

// tree parses; whatever the library trips over is a mistake in the expression.
func (p *parsed) tree(s *scope) (tree *parser.Tree, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the expression cannot be read")
		}
	}()
	return parser.ParseWithConfig(p.text, s.config())
}

// problem notes a mistake at a place in the expression.
func (p *parsed) problem(where file.Location, message, hint string) {
	p.bad = true
	n := *p.at
	n.Line, n.Column = p.place(where.From)
	n.Problem(message, hint)
}

// place finds a letter of the expression in the file. In a block of text only
// the beginning is known.
func (p *parsed) place(offset int) (line, column int) {
	raw := []rune(p.raw)
	i := p.at.Column - 1
	if strings.ContainsAny(p.text, "\n") || i < 0 || i >= len(raw) {
		return p.at.Line, p.at.Column
	}
	quote := rune(0)
	if raw[i] == '\'' || raw[i] == '"' {
		quote = raw[i]
		i++
	} else if raw[i] == '|' || raw[i] == '>' {
		return p.at.Line, p.at.Column
	}
	for ; offset > 0 && i < len(raw); offset-- {
		if quote == '\'' && raw[i] == '\'' || quote == '"' && raw[i] == '\\' {
			i++
		}
		i++
	}
	return p.at.Line, i + 1
}

var (
	unknownName = regexp.MustCompile(`^unknown name (.+)$`)
	mismatched  = regexp.MustCompile(`mismatched types? (.+)\)`)
	goTypes     = strings.NewReplacer("float64", "number", "[]interface {}", "list", "interface {}", "any",
		"map[string]any", "object", "map[string]interface {}", "object", "string", "text", "an integer", "a whole number", "integer", "whole number", "int", "whole number", "bool", "boolean")
)

// complain turns an error of expr-lang into a mistake in the file.
func (p *parsed) complain(s *scope, err error) {
	e, ok := errors.AsType[*file.Error](err)
	if !ok {
		p.problem(file.Location{}, "not an expression: "+firstLine(err.Error()), "")
		return
	}
	message, hint := firstLine(e.Message), ""
	switch {
	case unknownName.MatchString(message):
		name := unknownName.FindStringSubmatch(message)[1]
		hint = strictyaml.Suggest(name, s.names())
	case mismatched.MatchString(message):
		hint = s.typeHint(message)
	case strings.Contains(message, "arguments to call"):
		hint = s.usage(message)
	case strings.Contains(message, "cannot use") && strings.Contains(message, "to call find"):
		hint = `such as find("users", {name: technician.name})`
	case strings.Contains(message, "cannot use") && strings.Contains(message, "argument"):
		hint = s.typeHint(message)
	case strings.HasPrefix(message, "type string["):
		hint = "a text is cut by letters, such as name[0:1]"
	case strings.HasPrefix(message, "unexpected token"), strings.HasPrefix(message, "unclosed"), strings.Contains(message, "literal not terminated"):
		hint = "check quotes, brackets and operators; a column with an odd name is $env[\"First name\"]"
	case strings.Contains(message, "error parsing regexp"):
		message, hint = "the text is no pattern: "+strings.TrimPrefix(message, "error parsing regexp: "), "check its brackets and backslashes"
	case strings.Contains(message, "non-bool expression"), strings.Contains(message, "should return boolean"):
		hint = "write a condition, such as x != \"\""
	}
	p.problem(e.Location, "expression: "+goTypes.Replace(message), hint)
}

func (s *scope) typeHint(message string) string {
	message = strings.ReplaceAll(message, "interface {}", "any")
	hasText, hasNumber := strings.Contains(message, "string"), strings.Contains(message, "int") || strings.Contains(message, "float64")
	if hasText && hasNumber {
		return "turn the number into text with string(x), or the text into a number with float(x) or int(x)"
	}
	return "both sides must be of one type"
}

// usage shows how the function of a complaint is called.
func (s *scope) usage(message string) string {
	name := message[strings.LastIndexByte(message, ' ')+1:]
	if f, ok := known().functions[name]; ok && f.Example != "" {
		return "such as " + f.Example
	}
	return "see the function's page for what it takes"
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
