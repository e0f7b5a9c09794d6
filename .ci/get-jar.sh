#!/usr/bin/env bash
# Print where a checker's jar is, got from Maven Central if need be: `.ci/get-jar.sh verapdf|pdfbox`.
# Needs Maven; a jar is kept in the user's cache folder and must have the hash below.
set -euo pipefail

case ${1:-} in
    verapdf) artifact=org.verapdf.apps:greenfield-apps:1.28.2 sha256=687d4d8bcfec48c9f7e931cf78ed061f1eeccfba55d4cdc000ba9b4d8aa46ce6 ;;
    pdfbox) artifact=org.apache.pdfbox:pdfbox-app:3.0.8 sha256=f6b3a80c39747ff0ef5d06708bc03882152403de58dbef4a1fbffbee568eceb1 ;;
    *) echo "usage: .ci/get-jar.sh verapdf|pdfbox" >&2; exit 2 ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/handout-checkers
IFS=: read -r _ name version <<<"$artifact"
jar=$cache/$name-$version.jar

if ! sha256sum --check --status <<<"$sha256  $jar" 2>/dev/null; then
    mkdir -p "$cache"
    mvn --quiet --batch-mode dependency:copy -Dartifact="$artifact" -DoutputDirectory="$cache" \
        -Dmdep.useBaseVersion=true -Dmdep.overWriteReleases=true >"$cache/maven.log" || { cat "$cache/maven.log" >&2; exit 1; }
    sha256sum --check --quiet <<<"$sha256  $jar"
fi
echo "$jar"
