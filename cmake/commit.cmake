# cmake -D SOURCE=DIR -D OUTPUT=FILE.c -P commit.cmake: writes a C file with the commit of the program's sources,
# and touches it only when that is another one. It is the last commit that changed what the program is made
# of, so that one of tests or pages does not link it anew. A copy of the sources that lies inside somebody
# else's repository has none.
set(made_of CMakeLists.txt CMakePresets.json cmake detector parsers rules)
set(commit unknown)
execute_process(COMMAND git -C "${SOURCE}" rev-parse --show-toplevel
    OUTPUT_VARIABLE top ERROR_QUIET RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT failed)
    file(REAL_PATH "${top}" top)
    file(REAL_PATH "${SOURCE}" source)
endif()
if(NOT failed AND top STREQUAL source)
    execute_process(COMMAND git -C "${SOURCE}" log -1 --format=%H -- ${made_of}
        OUTPUT_VARIABLE hash ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    execute_process(COMMAND git -C "${SOURCE}" --no-optional-locks status --porcelain --untracked-files=no
        -- ${made_of} OUTPUT_VARIABLE changes ERROR_QUIET)
    if(hash)
        string(SUBSTRING "${hash}" 0 12 commit)
    endif()
    if(changes)
        string(APPEND commit "-dirty")
    endif()
endif()
set(text "extern const char tc_build_commit[];\nconst char tc_build_commit[] = \"${commit}\";\n")
if(EXISTS "${OUTPUT}")
    file(READ "${OUTPUT}" before)
endif()
if(NOT "${before}" STREQUAL "${text}")
    file(WRITE "${OUTPUT}" "${text}")
endif()
