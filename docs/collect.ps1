<#
.SYNOPSIS
Copies the logs that tocsin reads from one Exchange server or domain controller into a folder.

.DESCRIPTION
Run it on each server, as an administrator, in Windows PowerShell 2.0 or later:

    powershell -ExecutionPolicy Bypass -File collect.ps1 -Destination E:\evidence

It reads only, and writes nowhere but below Destination: no setting, service, log or file of the server is
changed. Give a disk or share that holds none of the logs, so that nothing that was deleted is overwritten.
Files that are being written are copied as they are at that moment.

What it makes below Destination\COMPUTERNAME:

    W3SVC1\...            logs of IIS, of every site but "Exchange Back End"
    MessageTracking\...   message tracking
    Security.xml          events of the Security log, those that tocsin judges
    Exchange.xml          commands of Exchange management
    System.xml, IIS.xml   logs that were emptied; changes of the web server's configuration
    HttpProxy.csv         names, sizes and times of the HttpProxy logs (copied with -HttpProxy)
    manifest.csv          every file: where from, bytes, time of last change, SHA-256 of the copy
    collect.txt           the server, its clock and time zone, and what could not be had

.PARAMETER Destination
A folder; made if it is not there. A server's folder in it must not be there yet.

.PARAMETER Days
How far back, in days. Default: 90. 0 takes everything.

.PARAMETER TrackingPath
Where message tracking logs lie, if they were moved (Get-TransportService says it).

.PARAMETER HttpProxy
Copies the HttpProxy logs as well: large, and this version of tocsin does not read them yet.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $Destination,
    [ValidateRange(0, 36500)] [int] $Days = 90,
    [string] $TrackingPath = '',
    [switch] $HttpProxy
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$Target = Join-Path $Destination $env:COMPUTERNAME
if (Test-Path -LiteralPath $Target) {
    throw "$Target is there already: give another folder, so that nothing is overwritten"
}
[void] (New-Item -ItemType Directory -Path $Target)
$Since = [DateTime]::MinValue
if ($Days -gt 0) { $Since = [DateTime]::UtcNow.AddDays(-$Days) }
$Report = Join-Path $Target 'collect.txt'
$Manifest = Join-Path $Target 'manifest.csv'

function Write-Report([string] $Text) {
    Write-Host $Text
    Add-Content -LiteralPath $Report -Encoding UTF8 -Value $Text
}

function ConvertTo-Cell([string] $Text) {
    return '"' + $Text.Replace('"', '""') + '"'
}

function Add-Manifest([string] $Source, [string] $Copy, [long] $Bytes, [string] $Changed, [string] $Sha256) {
    $cells = @($Source, $Copy.Substring($Target.Length + 1), [string] $Bytes, $Changed, $Sha256)
    $line = ($cells | ForEach-Object { ConvertTo-Cell $_ }) -join ','
    Add-Content -LiteralPath $Manifest -Encoding UTF8 -Value $line
}

# Copies a file that another process may be writing, and returns the SHA-256 of what was copied.
function Copy-Shared([string] $Source, [string] $Copy) {
    $hash = [System.Security.Cryptography.SHA256]::Create()
    $share = [System.IO.FileShare] 'ReadWrite, Delete'
    $in = New-Object System.IO.FileStream($Source, [System.IO.FileMode]::Open, [System.IO.FileAccess]::Read, $share)
    try {
        $out = New-Object System.IO.FileStream($Copy, [System.IO.FileMode]::CreateNew, [System.IO.FileAccess]::Write)
        try {
            $buffer = New-Object byte[] 1048576
            while (($got = $in.Read($buffer, 0, $buffer.Length)) -gt 0) {
                $out.Write($buffer, 0, $got)
                [void] $hash.TransformBlock($buffer, 0, $got, $buffer, 0)
            }
            [void] $hash.TransformFinalBlock($buffer, 0, 0)
        } finally { $out.Close() }
    } finally { $in.Close() }
    # Of the bytes as they were read: what the copy must have, now and later.
    return [BitConverter]::ToString($hash.Hash).Replace('-', '').ToLowerInvariant()
}

# The files of a log below a folder, the last change not before $Since.
function Get-LogFile([string] $Folder) {
    Get-ChildItem -LiteralPath $Folder -Recurse -Force -ErrorAction SilentlyContinue |
        Where-Object { -not $_.PSIsContainer -and $_.LastWriteTimeUtc -ge $Since }
}

function Copy-Log([string] $What, [string] $Folder, [string] $Name) {
    if (-not (Test-Path -LiteralPath $Folder)) {
        Write-Report "${What}: there is no $Folder"
        return
    }
    $root = (Get-Item -LiteralPath $Folder).FullName.TrimEnd('\')
    $files = @(Get-LogFile $root)
    $copied = 0
    foreach ($file in $files) {
        $copy = Join-Path (Join-Path $Target $Name) $file.FullName.Substring($root.Length + 1)
        $changed = $file.LastWriteTimeUtc.ToString('yyyy-MM-ddTHH:mm:ssZ')
        try {
            [void] [System.IO.Directory]::CreateDirectory((Split-Path -Parent $copy))
            $sha256 = Copy-Shared $file.FullName $copy
            Add-Manifest $file.FullName $copy (Get-Item -LiteralPath $copy).Length $changed $sha256
            $copied++
        } catch {
            Write-Report "NOT COPIED $($file.FullName): $($_.Exception.Message)"
        }
    }
    Write-Report "${What}: $copied of $($files.Count) files from $root"
}

# Writes the events of a channel that a query selects as XML, one event a line.
function Export-Channel([string] $Channel, [string] $Condition, [string] $Name) {
    $copy = Join-Path $Target $Name
    if ($Days -gt 0) {
        $within = "TimeCreated[timediff(@SystemTime) <= $([long] $Days * 86400000)]"
        if ($Condition) { $within = "$within and ($Condition)" }
        $Condition = $within
    }
    $path = '*'
    if ($Condition) { $path = "*[System[$Condition]]" }
    $count = 0
    try {
        $kind = [System.Diagnostics.Eventing.Reader.PathType]::LogName
        $query = New-Object System.Diagnostics.Eventing.Reader.EventLogQuery($Channel, $kind, $path)
        $reader = New-Object System.Diagnostics.Eventing.Reader.EventLogReader($query)
        $writer = New-Object System.IO.StreamWriter($copy, $false, (New-Object System.Text.UTF8Encoding($false)))
        try {
            $writer.WriteLine('<Events>')
            while ($null -ne ($record = $reader.ReadEvent())) {
                $writer.WriteLine($record.ToXml())
                $record.Dispose()
                $count++
            }
            $writer.WriteLine('</Events>')
        } finally {
            $writer.Close()
            $reader.Dispose()
        }
        Add-Hash "log $Channel" $copy
        Write-Report "${Channel}: $count events"
    } catch {
        Write-Report "NOT EXPORTED ${Channel} ($count events before): $($_.Exception.Message)"
    }
}

# Puts a file that was made here into the manifest.
function Add-Hash([string] $Source, [string] $Copy) {
    $hash = [System.Security.Cryptography.SHA256]::Create()
    $in = [System.IO.File]::OpenRead($Copy)
    try { $sum = $hash.ComputeHash($in) } finally { $in.Close() }
    $sha256 = [BitConverter]::ToString($sum).Replace('-', '').ToLowerInvariant()
    $now = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    Add-Manifest $Source $Copy (Get-Item -LiteralPath $Copy).Length $now $sha256
}

# Sites of IIS and where each logs, from its configuration; nothing where IIS is not installed.
function Get-WebSite {
    $file = Join-Path $env:SystemRoot 'System32\inetsrv\config\applicationHost.config'
    if (-not (Test-Path -LiteralPath $file)) { return }
    $sites = ([xml] (Get-Content -LiteralPath $file)).SelectSingleNode('//system.applicationHost/sites')
    $folder = '%SystemDrive%\inetpub\logs\LogFiles'
    $default = $sites.SelectSingleNode('siteDefaults/logFile/@directory')
    if ($default) { $folder = $default.Value }
    foreach ($site in $sites.SelectNodes('site')) {
        $own = $site.SelectSingleNode('logFile/@directory')
        $logs = $folder
        if ($own) { $logs = $own.Value }
        $id = $site.GetAttribute('id')
        New-Object PSObject -Property @{
            Name   = $site.GetAttribute('name')
            Id     = $id
            Folder = Join-Path ([Environment]::ExpandEnvironmentVariables($logs)) "W3SVC$id"
        }
    }
}

# Where Exchange was installed; empty where it was not.
function Get-ExchangePath {
    if ($env:ExchangeInstallPath) { return $env:ExchangeInstallPath }
    foreach ($key in 'ExchangeServer\v15', 'ExchangeServer\v14', 'Exchange\v8.0', 'Exchange') {
        $setup = Get-ItemProperty -Path "HKLM:\SOFTWARE\Microsoft\$key\Setup" -ErrorAction SilentlyContinue
        if ($setup -and ($setup | Get-Member -Name MsiInstallPath)) { return $setup.MsiInstallPath }
    }
    return ''
}

function Save-HttpProxy([string] $Folder) {
    if (-not (Test-Path -LiteralPath $Folder)) { return }
    if ($HttpProxy) { Copy-Log 'HttpProxy' $Folder 'HttpProxy' }
    $list = Join-Path $Target 'HttpProxy.csv'
    Get-LogFile $Folder |
        Select-Object -Property @('FullName', 'Length', 'CreationTimeUtc', 'LastWriteTimeUtc') |
        Export-Csv -Path $list -NoTypeInformation -Encoding UTF8
    Add-Hash "names below $Folder" $list
    Write-Report "HttpProxy: listed $Folder"
}

$zone = [TimeZone]::CurrentTimeZone
$clock = [DateTime]::UtcNow
Write-Report "server     $env:COMPUTERNAME"
Write-Report "clock      $($clock.ToString('yyyy-MM-ddTHH:mm:ssZ')) by this server"
Write-Report "time zone  $($zone.StandardName), $($zone.GetUtcOffset([DateTime]::Now)) from UTC now"
Write-Report "system     $([Environment]::OSVersion.VersionString), PowerShell $($PSVersionTable.PSVersion)"
Write-Report "days       $Days (0: all)"
Add-Content -LiteralPath $Manifest -Encoding UTF8 -Value 'source,copy,bytes,changed,sha256'

foreach ($site in @(Get-WebSite)) {
    # It logs each request that the front end has logged a second time.
    if ($site.Name -eq 'Exchange Back End') { continue }
    Copy-Log "IIS site '$($site.Name)'" $site.Folder "W3SVC$($site.Id)"
}

$exchange = Get-ExchangePath
if (-not $TrackingPath -and $exchange) {
    $TrackingPath = Join-Path $exchange 'TransportRoles\Logs\MessageTracking'
}
if ($TrackingPath) { Copy-Log 'message tracking' $TrackingPath 'MessageTracking' }

# Passwords, accounts and their names, and what hides traces. IDs below 1000 are of systems before 2008.
$ids = 1102, 517, 4616, 4625, 4698, 4699, 4719, 4720, 4722, 4723, 4724, 4725, 4726, 4738, 4740, 4767, 4781
Export-Channel 'Security' (($ids | ForEach-Object { "EventID=$_" }) -join ' or ') 'Security.xml'
Export-Channel 'System' 'EventID=104' 'System.xml'
if ($exchange) {
    Export-Channel 'MSExchange Management' '' 'Exchange.xml'
    Export-Channel 'Microsoft-IIS-Configuration/Operational' 'EventID=29' 'IIS.xml'
    Save-HttpProxy (Join-Path $exchange 'Logging\HttpProxy')
}
Write-Report "done       $([DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')); hashes in $Manifest"
