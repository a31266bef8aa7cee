package suggest

// synonyms has a group of synonyms in each line. Its first word is the term. The words also show that
// a text is about the desk, except in lines that begin with a dash.
const synonyms = `
computador compu pc computadora ordenador cpu torre computo
portatil laptop lap notebook portatiles
impresora impre impresoras multifuncional fotocopiadora copiadora imprimidora
imprimir imprime impresion imprimen imprimo impresiones imprimiendo
correo email mail mails emails correos imeil meil
contrasena clave password pass contra contrasenia claves psw pwd
celular cel movil smartphone moviles celu iphone android
telefono tel fono telefonos telefonica telefonico
wifi inalambrica inalambrico wi-fi wlan wifii guifi
internet navegacion navegar navega navego web
prender prende prendio enciende encender encendio enciendo prenda arranca arrancar inicia iniciar
videobeam proyector beam videobin videoproyector videobim
mouse raton maus mause
monitor pantalla pantallas display
escaner scanner escanear escanea digitalizar scaner digitalizacion escaneo escaneado escanner digitaliza
toner tinta cartucho tinte toners
ploter plotter ploters
instalar instalacion instalen instalarme instalado instale instaleme
crear creacion creen creo creado crearon creeme abrirle
eliminar eliminacion borrar elimine suprimir
desactivar desactivacion inhabilitar deshabilitar desactive deshabiliten
bloquear bloqueado bloqueo bloqueada bloquea bloquearon
desbloquear desbloqueo desbloqueen desbloqueenme desbloqueeme
activar activacion habilitar habiliten activo habilitacion habilitado habilitenme reactivar reactivacion activen
desactivado desactivada deshabilitado deshabilitada inactivo inactiva inhabilitado inhabilitada
configurar configuracion configuren configure configurarme configurado parametrizar
actualizar actualizacion actualice actualicen actualizado actualizarme
trasladar traslado trasteo trastear mudanza mover moverlo pasarnos mudar llevarlo
prestar prestamo presten prestan prestado prestarme presteme prestenme
atascar atasco atascado atorado atora atoro trabo trabar trabado traba tranco tranca trancado enredo mastico
guardar guarda guardado
respaldo backup bakup back-up respaldar bakcup
virtual vm maquinavirtual vdi
powerpoint ppt pptx pawerpoint powerpoin diapositiva diapositivas
excel exel xlsx xls exell ecxel
word docx wor
usb pendrive pendraiv
imagen imagenes foto fotos fotografia fotografias
enlace link links url vinculo vinculos hipervinculo
- letrero letreros aviso avisos cartel
energia electricidad corriente
- calor caliente calienta calientan recalienta recalentado
- puesto puestos cubiculo cubiculos
- quitar retirar remover retiren quiten quitaron
proyectar proyecta proyeccion proyectando
- oir oye oyen oigo escucha escuchar escuchan escucho
- borroso borrosa opaco opaca difuso
- palido palida clarito clarita desvanecido tenue transparente transparentes
- congelar congela congelado congelo cuelga colgado colgo
usuario usuarios user username
- descuadrado desconfigurado desconfigura desconfiguro descuadra desordena desordenado
- manual guia instructivo tutorial
- ensenar ensenan ensene explicar explica explican explique explicacion capacitar capacitacion capacitaciones taller curso orientar
- pasante pasantes practicante practicantes judicante aprendiz
- exfuncionario excontratista retirado retirada renuncio desvinculado desvinculada jubilado pensionado
- posesion posesiono posesionaron vinculacion
auricular bocina
timbrar timbra timbre timbran repica repicar
- raya rayas franja franjas rayon rayones ralla
- mancha manchas manchon manchones manchado manchada
- pedir pide piden pidio pidieron pidiendo pidan
- permiso permisos autorizacion autorizar autorizado autorizada autoricen
- ciudadano ciudadanos ciudadania peticionario peticionarios
bateria baterias pila pilas
cable cables cableado cablear
- toma tomas tomacorriente enchufe
- expulsar expulsa bota
visor visualizador visualizar visualizacion
sonido audio
parlante parlantes bafle bafles altavoz altavoces
televisor televisores tv tele television
camara camaras webcam
transmision transmitir transmisiones streaming
- temperatura temperaturas grados
- responder respuesta contestar contesta contesten conteste
lento lentitud lenta lentisimo lentisima demora demorado demora tarda despacio tardan
parpadear parpadea titila titilando parpadeante parpadeo titilar
dano danado danar danada dane danaron averiado averiada estropeado estropeo roto rota fundio fundido quemo quemado quemada tosto tostado descompuso descompuesto jodio murio muerto muerta
falla fallar fallando fallo fallas
error errores
problema inconveniente novedad problemas inconvenientes
entrar ingresar acceder ingreso entro ingresa entra accedo loguear loguearme acceso logueo login
renovar renovacion renueva renuevan renueven renueve
caducar caducada caducado caduco expirar expirada expiro expirado
vencer vencida vencido vencio vence vencimiento
olvidar olvido olvide olvidada olvidado recordar recuerdo
sincronizar sincroniza sincronizacion sincronizando
enviar envia envio envian mandar mando manda mandarle envie mande mandan
recibir recibe recibo reciben
llegar llega llegan llego llegaron llegarme
carpeta carpetas folder folders
compartir compartida compartido comparten
pagina paginas sitio portal website sitios
publicar publicacion publiquen publique cargar subir colgar suban montar
modificar modificacion corregir correccion ajustar ajuste
extension extensiones
adjunto adjuntos anexo anexos
llamar llamada llamadas llamo llaman
suplantar suplantacion suplantando pasar-por
phishing pishing fishing phising pichin fising
sospechoso sospechosa dudoso dudosa
raro rara extrano extrana
virus infectado infectada infeccion viros infecto
ransomware ransonware ramsomware
cifrar cifrado cifrados encriptado encriptados encriptar encriptada cifrada
estafa fraude estafar timo engano fraudulento
robar robo robaron roban robado hurto hurtar
hackear hackeo hacker hackearon jaquearon hackeado hackers
archivo archivos fichero ficheros
descargar descarga descargas bajar descargo
conectar conexion conecta conectarme conecte conectado conectarlo conectarlos conectividad
desconectar desconectado desconecta desconectada desconexion
servidor servidores server
disco almacenamiento
firma firmas
pdf pdfs
licencia licencias licenciamiento serial
programa software aplicacion programas app
aplicativo aplicativos
reunion reuniones junta juntas
cd dvd cds dvds
quemar grabar quemen grabacion grabe
huella biometrico biometrica dactilar
refrigerar refrigeracion enfriar enfria refrigera climatizacion
arrendamiento lease
comprimir comprimido comprimida comprimidos descomprimir zip rar
consecutivo numerador consecutivos
radicar radicacion radicado radica radicados
radicadora rotuladora
presentar presentacion presentaciones
plano planos
delegar delegada delegado delegadas
pitar pita pitando pitido
vpn bpn
intranet intrane
outlook outlok autlook outluk
teclado tecla teclas
antivirus antibirus
helptic heptic hepltic heltic
`

// compounds has two words in a row and the term that they are together in each line.
const compounds = `
papel higienico > higienico
certificado laboral > laboral
certificado ingresos > laboral
certificado retenciones > laboral
certificacion laboral > laboral
caja menor > menor
telefono personal > celular
telefono movil > celular
telefono celular > celular
telefono inteligente > celular
sin cable > wifi
sin cables > wifi
video beam > videobeam
video bin > videobeam
wi fi > wifi
power point > powerpoint
lap top > portatil
out look > outlook
e mail > correo
correo electronico > correo
archi cad > archicad
auto cad > autocad
one drive > onedrive
one note > onenote
maquina virtual > virtual
info doc > infodoc
forti client > forticlient
help tic > helptic
storm user > stormuser
data center > datacenter
centro computo > datacenter
anti virus > antivirus
pen drive > usb
back up > respaldo
disco duro > disco
aire acondicionado > aireacondicionado
hoja vida > hojavida
base datos > basedatos
libro excel > excel
hoja calculo > excel
adobe reader > acrobatreader
acrobat reader > acrobatreader
civil 3d > civil3d
sistema operativo > sistemaoperativo
`
