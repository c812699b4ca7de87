package workbook

// builtin are the number formats that files name by id alone (ECMA-376 Part 1,
// 18.8.30). Ids 27 to 36 and 50 to 58 are those of East Asian versions, 71 to 81
// those of the Thai one; they differ in words from one language to another, not in
// being dates, but for 34, 35, 55 and 56: times in Chinese, days in Japanese and
// Korean. There the value decides (see moment).
var builtin = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	5: `"$"#,##0;\-"$"#,##0`, 6: `"$"#,##0;[Red]\-"$"#,##0`, 7: `"$"#,##0.00;\-"$"#,##0.00`, 8: `"$"#,##0.00;[Red]\-"$"#,##0.00`,
	9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
	18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yyyy h:mm",
	27: "yyyy/m/d", 28: "yyyy/m/d", 29: "yyyy/m/d", 30: "m/d/yy", 31: "yyyy/m/d",
	32: "h:mm", 33: "h:mm:ss", 34: "yyyy/m", 35: "m/d", 36: "yyyy/m/d",
	37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
	41: "_(* #,##0_);_(* (#,##0);_(* -_);_(@_)", 42: `_("$"* #,##0_);_("$"* (#,##0);_("$"* -_);_(@_)`,
	43: "_(* #,##0.00_);_(* (#,##0.00);_(* -??_);_(@_)", 44: `_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* -??_);_(@_)`,
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	50: "yyyy/m/d", 51: "yyyy/m/d", 52: "yyyy/m", 53: "m/d", 54: "yyyy/m/d",
	55: "yyyy/m", 56: "m/d", 57: "yyyy/m/d", 58: "yyyy/m/d",
	59: "0", 60: "0.00", 61: "#,##0", 62: "#,##0.00", 67: "0%", 68: "0.00%", 69: "# ?/?", 70: "# ??/??",
	71: "d/m/yyyy", 72: "d-mmm-yy", 73: "d-mmm", 74: "mmm-yy", 75: "h:mm", 76: "h:mm:ss", 77: "d/m/yyyy h:mm",
	78: "mm:ss", 79: "[h]:mm:ss", 80: "mm:ss.0", 81: "d/m/yyyy",
}
