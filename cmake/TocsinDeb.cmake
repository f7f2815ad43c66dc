# The package for Debian and Ubuntu: `./dev package`, or cpack in a build folder. Its dependencies are read
# from the program by dpkg-shlibdeps. What a package has to hold besides is no part of a plain install.
set(maintainer "tocsin maintainers <maintainers@tocsin.invalid>")
find_program(TC_DATE date)
set(stage "${PROJECT_BINARY_DIR}/deb")
file(WRITE "${stage}/copyright" "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: tocsin

Files: *
Copyright: 2026 the authors of tocsin
License: Apache-2.0
 On Debian systems the licence stands in /usr/share/common-licenses/Apache-2.0.
")
execute_process(COMMAND "${TC_DATE}" -u -R -d "${TC_RELEASED}" OUTPUT_VARIABLE released
                ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
file(WRITE "${stage}/changelog" "tocsin (${PROJECT_VERSION}) unstable; urgency=medium

  * What changed stands in CHANGELOG.md.

 -- ${maintainer}  ${released}
")
execute_process(COMMAND "${TC_GZIP}" -9nf "${stage}/changelog")
install(FILES "${stage}/copyright" "${stage}/changelog.gz" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/tocsin"
        COMPONENT deb EXCLUDE_FROM_ALL)

# The service: installed, neither enabled nor started. What an administrator changes lies in /etc.
set(deb "${PROJECT_SOURCE_DIR}/cmake/deb")
install(FILES "${deb}/tocsin.service" DESTINATION lib/systemd/system COMPONENT deb EXCLUDE_FROM_ALL)
install(FILES "${deb}/tocsin.sysusers" RENAME tocsin.conf DESTINATION lib/sysusers.d COMPONENT deb
        EXCLUDE_FROM_ALL)
install(FILES "${deb}/tocsin.yml" "${deb}/watch.conf" DESTINATION ../etc/tocsin COMPONENT deb EXCLUDE_FROM_ALL)
install(FILES "${deb}/tocsin.logrotate" RENAME tocsin DESTINATION ../etc/logrotate.d COMPONENT deb
        EXCLUDE_FROM_ALL)
file(WRITE "${stage}/conffiles" "/etc/logrotate.d/tocsin\n/etc/tocsin/tocsin.yml\n/etc/tocsin/watch.conf\n")
set(control "${stage}/conffiles")
foreach(script postinst prerm postrm)
    configure_file("${deb}/${script}" "${stage}/${script}" COPYONLY FILE_PERMISSIONS OWNER_READ OWNER_WRITE
        OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
    list(APPEND control "${stage}/${script}")
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};tocsin;ALL;/;${PROJECT_BINARY_DIR};tocsin;deb;/")
set(CPACK_PACKAGE_CONTACT "${maintainer}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "detect break-ins to Exchange-style mail servers")
set(CPACK_PACKAGE_DESCRIPTION
    "Reads the logs that Exchange-style mail servers and their domain controllers
keep, and says whose mail somebody else is reading, since when, from where,
and which lines prove it: remote webmail access new to a mailbox, system
messages that switch their language, and passwords reset in masses.")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "tzdata, systemd")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS logrotate)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${control}")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
