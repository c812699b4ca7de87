// Package planbook writes a plan as an Excel workbook for the people who decide
// about it, and reads their decisions and their approval back. It must never
// decide anything itself, change a plan, or make a request.
package planbook
