package load

import "sync"

// mostLinks is how many records a stop shows.
const mostLinks = 10

// looks knows when a run stops to let a person look.
type looks struct {
	next int // records written in all; 0: never

	mu    sync.Mutex
	pages []string // the latest last
}

func newLooks(o ApplyOptions, done int) *looks {
	l := &looks{}
	stops := o.Stops
	if stops == nil {
		stops = firstLooks
	}
	for _, n := range stops {
		if !o.All && n > done && l.next == 0 {
			l.next = n
		}
	}
	return l
}

// room is how many records may be written before the next stop.
func (l *looks) room(written int) int {
	if l.next == 0 {
		return itemsAtOnce
	}
	return max(l.next-written, 0)
}

// saw keeps the page of a record that was written.
func (l *looks) saw(page string) {
	if page == "" || l.next == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pages = append(l.pages, page); len(l.pages) > mostLinks {
		l.pages = l.pages[1:]
	}
}

func (l *looks) links() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pages
}
