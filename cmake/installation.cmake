# `cmake --install` puts the library where find_package(tinytorch) finds it, and the tt program beside.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

option(TINYTORCH_INSTALL "Make install rules" ${PROJECT_IS_TOP_LEVEL})
if(NOT TINYTORCH_INSTALL)
  return()
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tinytorch)
install(TARGETS tinytorch EXPORT tinytorch-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT tinytorch-targets NAMESPACE tinytorch:: DESTINATION ${package_dir})
install(DIRECTORY tinytorch DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h" PATTERN cli EXCLUDE)
if(TINYTORCH_CLI)
  install(TARGETS tt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(cmake/tinytorch-config.cmake.in ${PROJECT_BINARY_DIR}/generated/tinytorch-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/tinytorch-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/tinytorch-config.cmake
              ${PROJECT_BINARY_DIR}/generated/tinytorch-config-version.cmake
        DESTINATION ${package_dir})
