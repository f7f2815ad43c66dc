# awk -f skips.awk LastTest.log: the tests of a run of ctest that were skipped, as a whole or in part, and why.
# A test says so in a line of its own: "skipped: why".
/^[0-9]+\/[0-9]+ Testing: / { name = $3; said = 0 }
/^skipped: / { print "skipped " name ": " substr($0, 10); said = 1 }
/^Test Skipped\./ && !said { print "skipped " name ": it does not say why" }
