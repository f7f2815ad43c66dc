# What is installed beside the program and its rules: manual, completion, pages for people.
find_program(TC_AWK NAMES awk mawk gawk REQUIRED)
find_program(TC_GZIP gzip REQUIRED)
file(STRINGS "${PROJECT_SOURCE_DIR}/CHANGELOG.md" heads REGEX "^## ${PROJECT_VERSION}, [0-9-]+$")
string(REGEX REPLACE "^.*, " "" TC_RELEASED "${heads}")
if(NOT TC_RELEASED)
    message(FATAL_ERROR "CHANGELOG.md has no heading '## ${PROJECT_VERSION}, YEAR-MONTH-DAY'")
endif()

set(made)
file(GLOB pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/man/*.scd")
foreach(source ${pages})
    get_filename_component(page "${source}" NAME_WLE)
    string(REGEX REPLACE "^.*\\." "" section "${page}")
    set(roff "${PROJECT_BINARY_DIR}/${page}")
    add_custom_command(OUTPUT "${roff}.gz" VERBATIM
        DEPENDS "${source}" "${PROJECT_SOURCE_DIR}/cmake/man.awk" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
        COMMAND sh -c "\"$1\" -f \"$2\" -v version=\"$3\" -v date=\"$4\" \"$5\" >\"$6\"" sh "${TC_AWK}"
                "${PROJECT_SOURCE_DIR}/cmake/man.awk" ${PROJECT_VERSION} ${TC_RELEASED} "${source}" "${roff}"
        COMMAND "${TC_GZIP}" -9nf "${roff}")
    list(APPEND made "${roff}.gz")
    install(FILES "${roff}.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man${section}")
endforeach()

foreach(shell bash zsh)
    set(script "${PROJECT_BINARY_DIR}/completion.${shell}")
    add_custom_command(OUTPUT "${script}" VERBATIM DEPENDS tocsin-completion
        COMMAND sh -c "\"$1\" \"$2\" >\"$3\"" sh $<TARGET_FILE:tocsin-completion> ${shell} "${script}")
    list(APPEND made "${script}")
endforeach()
add_custom_target(pages ALL DEPENDS ${made})

install(FILES "${PROJECT_BINARY_DIR}/completion.bash" RENAME tocsin
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
# Debian's zsh looks elsewhere for what its packages bring.
install(CODE "
    if(CMAKE_INSTALL_PREFIX MATCHES \"(^|/)usr/?$\")
        set(folder zsh/vendor-completions)
    else()
        set(folder zsh/site-functions)
    endif()
    file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/\${folder}\" TYPE FILE
         RENAME _tocsin FILES \"${PROJECT_BINARY_DIR}/completion.zsh\")")

install(FILES README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING
        PATTERN "*.md" PATTERN "*.ps1" PATTERN man EXCLUDE)
