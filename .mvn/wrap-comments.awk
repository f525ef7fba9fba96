# Wraps `///` and `//` comment lines that are too wide. The formatter must not do it: it counts the
# indentation twice and breaks a `///` line into one that is no comment and does not compile. So the
# limit here is 100 columns less the indentation, where it leaves them alone. What does not fit moves to the front of the next line of the same paragraph, or to a new
# line. Tables, code fences and indented code stay as they are. Use: awk -f wrap-comments.awk FILE
# Columns are characters: run it in a UTF-8 locale.

BEGIN { LIMIT = 100; carry = ""; fence = 0 }

# Sets indent, mark and text of a comment line; false for any other line.
function comment(line) {
    if (!match(line, /^ *\/\/\/?( |$)/)) return 0
    head = substr(line, 1, RLENGTH)
    text = substr(line, RLENGTH + 1)
    sub(/ $/, "", head)
    return 1
}

function starts_paragraph(text) {
    return text == "" || text ~ /^(@|[-*|#>] |[-*|#>]|[0-9]+\. |    |```)/
}

# Prints head and words within the limit; what is left over becomes the carry.
function fill(head, words,    room, cut) {
    carry = ""
    match(head, /^ */)
    room = LIMIT - RLENGTH - length(head) - 1
    if (length(words) <= room) { print head " " words; return }
    cut = room + 1
    while (cut > 1 && substr(words, cut, 1) != " ") cut--
    if (cut <= 1) { print head " " words; return }
    print head " " substr(words, 1, cut - 1)
    carry = substr(words, cut + 1)
    carry_head = head
}

function flush_carry() { while (carry != "") fill(carry_head, carry) }

{
    if (!comment($0)) { flush_carry(); print; next }
    if (text ~ /^```/) { flush_carry(); fence = !fence; print; next }
    if (fence || text ~ /^(\||    )/) { flush_carry(); print; next }
    if (carry != "") {
        if (head == carry_head && !starts_paragraph(text)) text = carry " " text
        else flush_carry()
        carry = ""
    }
    if (text == "") print head
    else fill(head, text)
}

END { flush_carry() }
