package mapping

import (
	"math"
	"strings"

	"github.com/expr-lang/expr/ast"
)

func (c *compiler) unary(n *ast.UnaryNode) (op, *valueType) {
	f, t := c.node(n.Node)
	switch n.Operator {
	case "!", "not":
		return func(e *eval) value {
			v := f(e)
			if v.null {
				return nothing
			}
			if v.class != truth {
				return e.failf("write a condition that is true or false", "not is put before something that is no boolean")
			}
			return truthValue(v.num == 0)
		}, truthType
	case "-":
		return func(e *eval) value {
			v := f(e)
			switch {
			case v.null:
				return nothing
			case v.class == whole:
				return e.wholes(0, v.int(), '-')
			case v.class == decimal && strings.HasPrefix(v.text, "-"):
				return value{class: decimal, num: math.Float64bits(-v.decimal()), text: v.text[1:]}
			case v.class == decimal && v.text != "" && v.decimal() != 0:
				return value{class: decimal, num: math.Float64bits(-v.decimal()), text: e.arena.keep(append(append(e.arena.room(len(v.text)+1), '-'), v.text...))}
			case v.class == decimal:
				return floatValue(-v.decimal())
			}
			return e.failf("turn it into a number with float(x)", "minus is put before something that is no number")
		}, t
	}
	return f, t
}

func (c *compiler) binary(n *ast.BinaryNode) (op, *valueType) {
	switch n.Operator {
	case "==", "!=":
		return c.equality(n)
	case "matches":
		left, _ := c.node(n.Left)
		re := c.pattern(n.Right)
		return func(e *eval) value {
			v := left(e)
			if v.class != text || !e.scan(16*len(v.text)) {
				return nothing
			}
			return truthValue(re.MatchString(v.text))
		}, truthType
	}
	left, lt := c.node(n.Left)
	right, rt := c.node(n.Right)
	switch n.Operator {
	case "and", "&&":
		return connective(left, right, false), truthType
	case "or", "||":
		return connective(left, right, true), truthType
	case "??":
		return func(e *eval) value {
			if v := left(e); !v.null {
				return v
			}
			return right(e)
		}, joinTypes(n.Left, lt, n.Right, rt)
	case "+":
		if lt.class == text && rt.class == text {
			return c.concatenation(n), textType
		}
		return arithmetic(left, right, '+'), sumType(lt, rt)
	case "-", "*":
		return arithmetic(left, right, n.Operator[0]), sumType(lt, rt)
	case "/":
		return arithmetic(left, right, '/'), decimalType
	case "%":
		return arithmetic(left, right, '%'), wholeType
	case "**", "^":
		return arithmetic(left, right, '^'), decimalType
	case "<", "<=", ">", ">=":
		return comparison(left, right, n.Operator), truthType
	case "contains", "startsWith", "endsWith":
		return textTest(left, right, n.Operator), truthType
	case "in":
		c.known(lt, n.Right)
		return membership(left, right), truthType
	case "..":
		return spread(left, right), &valueType{class: list, elem: wholeType}
	}
	return c.refuse(n, "operator "+n.Operator+" is not used in mappings", "")
}

func sumType(a, b *valueType) *valueType {
	switch {
	case a.class == whole && b.class == whole:
		return wholeType
	case a.class == anything || b.class == anything:
		return anyType
	}
	return decimalType
}

// equality compares; with nil it asks whether a value is there at all.
func (c *compiler) equality(n *ast.BinaryNode) (op, *valueType) {
	left, lt := c.node(n.Left)
	right, rt := c.node(n.Right)
	c.known(lt, n.Right)
	c.known(rt, n.Left)
	equal := n.Operator == "=="
	if _, isNil := n.Right.(*ast.NilNode); isNil {
		return func(e *eval) value { v := left(e); return truthValue(v.null == equal) }, truthType
	}
	if _, isNil := n.Left.(*ast.NilNode); isNil {
		return func(e *eval) value { v := right(e); return truthValue(v.null == equal) }, truthType
	}
	return func(e *eval) value {
		a, b := left(e), right(e)
		if a.lost() || b.lost() {
			return nothing
		}
		return truthValue(e.same(a, b) == equal)
	}, truthType
}

// lost tells whether a value makes the result null; absent text is "".
func (v *value) lost() bool { return v.null && v.class != text }

func (e *eval) same(a, b value) bool {
	switch {
	case a.class == text && b.class == text:
		return len(a.text) == len(b.text) && e.scan(len(a.text)) && a.text == b.text
	case a.class == whole && b.class == whole:
		return a.num == b.num
	case a.number() && b.number():
		return a.float() == b.float()
	case a.class == truth && b.class == truth:
		return a.num == b.num
	case a.class == b.class && (a.class == list || a.class == object):
		return e.textOf(a) == e.textOf(b)
	}
	return false
}

// connective is and and or: null only where the other side does not decide.
func connective(left, right op, decides bool) op {
	return func(e *eval) value {
		a := left(e)
		if !a.null && a.class == truth && (a.num == 1) == decides {
			return a
		}
		b := right(e)
		if !b.null && b.class == truth && (b.num == 1) == decides {
			return b
		}
		switch {
		case a.null || b.null:
			return nothing
		case a.class != truth || b.class != truth:
			return e.failf("write conditions that are true or false", "and/or stands beside something that is no boolean")
		}
		return b
	}
}

func arithmetic(left, right op, sign byte) op {
	return func(e *eval) value {
		a, b := left(e), right(e)
		switch {
		case a.lost() || b.lost():
			return nothing
		case sign == '+' && a.class == text && b.class == text:
			return e.joined(a.text, b.text)
		case !a.number() || !b.number():
			return e.failf("turn text into a number with float(x) or int(x)", "%c stands beside something that is no number", sign)
		case a.class == whole && b.class == whole && sign != '/' && sign != '^':
			return e.wholes(a.int(), b.int(), sign)
		case a.inexact() || b.inexact():
			return e.failf("carry it over as it is, or keep it text", "the number has more digits than can be computed with")
		}
		return e.floats(a.float(), b.float(), sign)
	}
}

// inexact tells whether a number is so large that a float64 has lost some of
// its whole digits.
func (v *value) inexact() bool {
	const exact = 1 << 53
	return v.class == whole && (v.int() > exact || v.int() < -exact) ||
		v.class == decimal && v.text != "" && math.Abs(v.decimal()) >= exact
}

// wholes computes in 64 bits; what does not fit is said, not wrapped.
func (e *eval) wholes(a, b int64, sign byte) value {
	var r int64
	ok := true
	switch sign {
	case '+':
		r = a + b
		ok = (r > a) == (b > 0) || b == 0
	case '-':
		r = a - b
		ok = (r < a) == (b > 0) || b == 0
	case '*':
		r = a * b
		ok = a == 0 || r/a == b && (a != -1 || b != math.MinInt64)
	case '%':
		if b == 0 {
			return e.failf("look at the divisor first, such as n == 0 ? nil : x % n", "division by zero")
		}
		r = a % b
	}
	if !ok {
		return e.failf("use float(x)", "the whole number is too large")
	}
	return wholeValue(r)
}

func (e *eval) floats(a, b float64, sign byte) value {
	var r float64
	switch sign {
	case '+':
		r = a + b
	case '-':
		r = a - b
	case '*':
		r = a * b
	case '/':
		r = a / b
	case '^':
		r = math.Pow(a, b)
	default:
		return e.failf("use int(x)", "the remainder is for whole numbers")
	}
	if math.IsInf(r, 0) || math.IsNaN(r) {
		return e.failf("look at the divisor first, such as n == 0 ? nil : x / n", "the result is no number (a division by zero, or too large)")
	}
	return floatValue(r)
}

func comparison(left, right op, sign string) op {
	return func(e *eval) value {
		a, b := left(e), right(e)
		if a.lost() || b.lost() {
			return nothing
		}
		var order int
		switch {
		case a.class == text && b.class == text:
			order = strings.Compare(a.text, b.text)
		case a.class == whole && b.class == whole:
			order = compare(a.int(), b.int())
		case a.number() && b.number():
			order = compare(a.float(), b.float())
		default:
			return e.failf("compare numbers with numbers and text with text", "%s compares different types", sign)
		}
		switch sign {
		case "<":
			return truthValue(order < 0)
		case "<=":
			return truthValue(order <= 0)
		case ">":
			return truthValue(order > 0)
		}
		return truthValue(order >= 0)
	}
}

func compare[T int64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
